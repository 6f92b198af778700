import { writeFile } from 'node:fs/promises';
import { importBuilt } from './built.ts';
import { clientTypes } from './client-types.ts';
import { documentConfig } from './document-config.ts';

// Writes openapi/openapi.json, and the types of clients beside it and in @roavelo/client: `npm run openapi`.
const { createApp } = await importBuilt<typeof import('../src/app.js')>('app.js');
const { createDocument } =
  await importBuilt<typeof import('../src/common/http/openapi.js')>('common/http/openapi.js');

const app = await createApp(documentConfig);
const document = await createDocument(app);
const types = await clientTypes(document);
const folder = new URL('../openapi/', import.meta.url);
await writeFile(new URL('openapi.json', folder), `${JSON.stringify(document, null, 2)}\n`);
await writeFile(new URL('openapi.d.ts', folder), types);
await writeFile(new URL('../mobile/packages/client/src/api-types.ts', import.meta.url), types);
await app.close();
