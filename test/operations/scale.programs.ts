import { execFile } from 'node:child_process';
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultsOf, type Scale } from '../../bench/scale/report.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';

const SIZE = { users: 1000, edges: 10_000 };

let project: ProjectCopy;
let scale: Scale;
beforeAll(async () => {
  project = await copyProject();
  await project.build();
  const bench = path.join(project.folder, 'bench');
  await cp(path.resolve(import.meta.dirname, '../../bench'), bench, { recursive: true });
  await rm(path.join(bench, 'results/scale.json'), { force: true });
  await promisify(execFile)(process.execPath, ['--conditions=development', 'bench/scale.ts'], {
    cwd: project.folder,
    env: {
      PATH: process.env['PATH'],
      SCALE_USERS: String(SIZE.users),
      SCALE_EDGES: String(SIZE.edges),
      SCALE_WINDOWS: '0',
      SCALE_WARM_UP: '1',
    },
  });
  scale = JSON.parse(await readFile(path.join(bench, 'results/scale.json'), 'utf8')) as Scale;
}, 300_000);
afterAll(() => project.remove());

describe('npm run bench:scale', () => {
  it('asks mongod how it executes each hot operation: by an index, and reads only what it returns', () => {
    expect(scale.large).toEqual(SIZE);
    expect(scale.operations.length).toBeGreaterThan(20);
    for (const operation of scale.operations) {
      const { name, small, large } = operation;
      expect([name, small.steps.length > 0, large.steps.length > 0]).toEqual([name, true, true]);
      expect([name, faultsOf(operation)]).toEqual([name, []]);
    }
  });

  it('jobs in the background read by an index', () => {
    const jobs = [...scale.jobs.small, ...scale.jobs.large];
    expect(jobs.length).toBe(6);
    expect(jobs.filter(({ fault }) => fault !== '')).toEqual([]);
    expect(jobs.filter(({ rows }) => rows < 50)).toEqual([]);
  });

  it('has the storage of each collection', () => {
    expect(scale.storage['users']?.documents).toBeGreaterThan(SIZE.users);
    expect(scale.storage['follows']?.documents).toBeGreaterThan(SIZE.edges);
    for (const [name, { dataBytes, indexBytes }] of Object.entries(scale.storage)) {
      expect([name, dataBytes > 0, indexBytes > 0]).toEqual([name, true, true]);
    }
  });
});
