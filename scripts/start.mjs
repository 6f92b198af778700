// `npm start`. Plain JavaScript: an old Node prints the message below instead of a syntax error.
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(
    `Roavelo API needs Node 24.9 or newer; this is ${process.version}. \`npm ci\` brings one: use \`npm start\`.\n`,
  );
  process.exit(1);
}

const { endWithNpm } = await import('./end-with-npm.ts');
endWithNpm(/^(start|start:dev|dev|dev:debug)$/);

const configured = Object.keys(process.env).some((name) => /^(MONGODB|CLERK)_/.test(name));
if (configured || process.env.NODE_ENV === 'production') {
  if (process.argv.includes('--watch')) {
    process.stderr.write(
      '`npm run dev` is for local mode: unset the variables MONGODB_*, CLERK_* and NODE_ENV=production.\n',
    );
    process.exit(64);
  }
  await import('../dist/main.js').catch((error) => {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.url).endsWith('/dist/main.js')) throw error;
    process.stderr.write('There is no build yet: run `npm run build` first.\n');
    process.exit(1);
  });
} else {
  const { startLocally } = await import('./local.ts');
  await startLocally();
}
