import path from 'node:path';
import process from 'node:process';
import type { ClerkLocal } from 'clerk-local';
import type { Living } from './demo-people.ts';

/** What local mode prints once it serves: addresses, people, secrets, a command to try. */
export function banner({
  apiUrl,
  mongodbUri,
  clerk,
  living,
  folder,
  token,
}: {
  apiUrl: string;
  mongodbUri: string;
  clerk: ClerkLocal;
  living: readonly Living[];
  folder: string;
  token: string;
}): string {
  const people = living.map(({ person, clerkId }) => {
    const name = [person.first_name, person.last_name].join(' ');
    const [email = ''] = person.email_address ?? [];
    return `  ${name.padEnd(14)} ${email.padEnd(20)} ${clerkId.padEnd(33)} ${person.about}\n`;
  });
  return `
Roavelo API is running, with a MongoDB and a Clerk of its own. Nothing leaves this machine.

  Swagger UI     ${apiUrl}/docs   (signed in as a demo user; choose another at the top)
  Local Clerk    ${clerk.url}   (users, tokens, webhooks)
  MongoDB        ${mongodbUri}
  Data           ${path.relative(process.cwd(), folder) || '.'}   (\`npm start -- --reset\` starts afresh)

The people (a deleted one is made again at the next start):

${people.join('')}
What this Clerk works with, for a service of yours beside it (these secrets open nothing else):

  CLERK_API_URL=${clerk.url}
  CLERK_SECRET_KEY=${clerk.secretKey}
  CLERK_PUBLISHABLE_KEY=${clerk.publishableKey}
  CLERK_WEBHOOK_SIGNING_SECRET=${clerk.webhookSecret}

Try it:

  curl -H 'Authorization: Bearer ${token}' ${apiUrl}/api/v2/users/me

Ctrl-C stops everything. From here on, requests and webhooks as they happen:

`;
}
