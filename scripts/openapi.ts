import { writeFile } from 'node:fs/promises';
import { documentConfig } from './document-config.ts';

// Writes openapi/openapi.json from the built application: Node runs these scripts as they are, but decorators need a
// compiler, so `npm run openapi` builds first.
const { createApp } = (await import('../dist/app.js' as string)) as typeof import('../src/app.js');
const { createDocument } = (await import('../dist/openapi.js' as string)) as typeof import('../src/openapi.js');

const app = await createApp(documentConfig);
const document = `${JSON.stringify(createDocument(app), null, 2)}\n`;
await writeFile(new URL('../openapi/openapi.json', import.meta.url), document);
await app.close();
