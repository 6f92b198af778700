import { writeFile } from 'node:fs/promises';
import { importBuilt } from './built.ts';
import { documentConfig } from './document-config.ts';

// Writes openapi/openapi.json: `npm run openapi`.
const { createApp } = await importBuilt<typeof import('../src/app.js')>('app.js');
const { createDocument } = await importBuilt<typeof import('../src/openapi.js')>('openapi.js');

const app = await createApp(documentConfig);
const document = `${JSON.stringify(createDocument(app), null, 2)}\n`;
await writeFile(new URL('../openapi/openapi.json', import.meta.url), document);
await app.close();
