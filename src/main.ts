import process from 'node:process';

// Before the other imports, which older versions of Node can't parse.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(`Roavelo API needs Node 24.9 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

// The first process of a container ignores signals that it doesn't handle.
const end = () => process.exit(0);
process.on('SIGTERM', end).on('SIGINT', end);
const { start } = await import('./start.js');
await start(() => process.off('SIGTERM', end).off('SIGINT', end));
