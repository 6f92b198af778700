import process from 'node:process';

// Checked before anything else is loaded: what is imported below doesn't even parse everywhere.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(`Roavelo API needs Node 24.9 or newer; this is ${process.version}.\n`);
  process.exit(1);
}

// There is nothing to be stopped yet, but the first process of a container has to say so itself: a signal it doesn't handle has no effect.
const end = () => process.exit(0);
process.on('SIGTERM', end).on('SIGINT', end);
const { start } = await import('./start.js');
await start(() => process.off('SIGTERM', end).off('SIGINT', end));
