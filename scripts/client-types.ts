import openapiTS, { astToString } from 'openapi-typescript';

const HEADER = `// Made by \`npm run openapi\` from openapi.json: the types of clients, for openapi-fetch and its kin.\n\n`;

/** TypeScript types of the requests and answers of an OpenAPI document. */
export async function clientTypes(document: object): Promise<string> {
  const nodes = await openapiTS(JSON.stringify(document), { alphabetize: false, defaultNonNullable: false });
  return HEADER + astToString(nodes);
}
