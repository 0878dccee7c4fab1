import { render } from 'preact';
import { App } from './app/app.tsx';
import { listenForDrops } from './files/page-drop.ts';
import { applyTheme, dropFailure, dropHandler, goTo, registerServiceWorker, route } from './shell.ts';
import './styles/index.css';

const root = document.getElementById('app');
if (root === null)
  throw new Error(
    'main: the page has no element #app; expected one to render into. Use the built index.html.',
  );
applyTheme();
listenForDrops({
  route,
  goTo,
  handler: dropHandler,
  failure: dropFailure,
  // The stores are large, so they are loaded with the first tab that uses them.
  openRun: async (file, show) => (await import('./stores.ts')).runFiles.resumeFile(file, show),
  openModel: async (files) => (await import('./stores.ts')).openModel(files),
});
registerServiceWorker();
render(<App />, root);
