import { render } from 'preact';
import { App } from './app/app.tsx';
import { applyTheme } from './app/theme.ts';
import { listenForDrops } from './files/page-drop.ts';
import { registerServiceWorker } from './offline/register.ts';
import './styles/index.css';

const root = document.getElementById('app');
if (root === null)
  throw new Error(
    'main: the page has no element #app; expected one to render into. Use the built index.html.',
  );
applyTheme();
listenForDrops();
registerServiceWorker();
render(<App />, root);
