import type { Consumer } from '../consumer.ts';
import { drawModule } from '../drawing.ts';

const layout = `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;

/** A page with a client component. */
const page = `'use client';
import { useEffect } from 'react';
import { drawGolden } from './draw.js';

export default function Page() {
  useEffect(() => {
    drawGolden('/models/mnist').then(
      (hash) => { globalThis.drawn = hash; },
      (error) => { globalThis.drawn = String(error); },
    );
  }, []);
  return <p>drawing</p>;
}
`;

/** A route that draws on the server. */
const route = `import { drawGolden } from '../draw.js';

export const dynamic = 'force-dynamic';
export async function GET() {
  return new Response(await drawGolden('public/models/mnist', { provider: 'cpu' }));
}
`;

export const next: Consumer = {
  title: 'Next 16 with Turbopack: a client component and a server route',
  ours: ['isonoise'],
  packages: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  files: {
    'next.config.js': `export default {
  serverExternalPackages: ['isonoise'], // keeps its thread's script and ONNX Runtime as files
};
`,
    'app/layout.jsx': layout,
    'app/page.jsx': page,
    'app/draw.js': drawModule,
    'app/server/route.js': route,
  },
  model: 'public/models/mnist',
  async use(workshop) {
    await workshop.run('next', ['build'], { env: { NEXT_TELEMETRY_DISABLED: '1' } });
    const ready = /Local:\s+(http:\S+)/;
    const address = await workshop.serve('next', ['start', '--hostname', '127.0.0.1', '--port', '0'], ready);
    const server = await fetch(new URL('/server', address));
    return { page: await workshop.openPage(address), server: await server.text() };
  },
};
