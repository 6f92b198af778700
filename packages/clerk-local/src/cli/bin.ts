#!/usr/bin/env node
// Only syntax and modules that an old Node has: it prints the message below instead of an error of its own.
import process from 'node:process';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`clerk-local needs Node 22.12 or newer; this is ${process.version}.\n`);
  process.exit(1);
}
await import('./main.ts');
