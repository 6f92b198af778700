import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { copyProject, type ProjectCopy } from '../support/project-copy.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

let api: TestApp;
beforeAll(async () => {
  api = await startTestApp();
});
afterAll(() => api.close());

describe('the jobs that export tombstones', () => {
  /** Runs the command of a job in a build of the project, with another folder. */
  async function runJob(command: string[], folder: string): Promise<string> {
    const [program = '', ...args] = command.map((word) =>
      word.replace(/(?<=^| )\/tombstones(?=$|[ ;])/, folder),
    );
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: project.folder,
      env: {
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
        MONGODB_URI: api.config.mongodbUri,
      },
    });
    return stdout;
  }
  let project: ProjectCopy;
  beforeAll(async () => {
    project = await copyProject();
    await project.build();
    const tombstone = { subjectHash: 'f'.repeat(64), deletedAt: new Date(), reason: 'user_requested' };
    await api.db.collection('deletedUsers').insertOne(tombstone);
  }, 120_000);
  afterAll(() => project.remove());

  it('in Kubernetes: one complete file a day, by a non-root user with a writable volume', async () => {
    interface Job {
      kind: string;
      spec: {
        schedule: string;
        jobTemplate: {
          spec: { template: { spec: { securityContext: object; containers: { command: string[] }[] } } };
        };
      };
    }
    const [job] = parseAllDocuments(read('deploy/kubernetes/tombstones.yaml')).map(
      (each) => each.toJS() as Job,
    );
    expect(job?.kind).toBe('CronJob');
    expect(job?.spec.schedule).toMatch(/^\d+ \d+ \* \* \*$/);
    const pod = job?.spec.jobTemplate.spec.template.spec;
    expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, fsGroup: 1000 });
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-tombstones-'));
    for (const _night of [1, 2]) await runJob(pod?.containers[0]?.command ?? [], folder);
    const [file = '', ...others] = await readdir(folder);
    expect([file, others]).toEqual([expect.stringMatching(/^tombstones-\d{4}-\d\d-\d\d\.ndjson$/), []]);
    const lines = (await readFile(path.join(folder, file), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toContainEqual([
      'subjectHash',
      'deletedAt',
      'reason',
    ]);
    await rm(folder, { recursive: true });
  });

  it('in Compose: the same command, daily; a failure leaves no file and is reported', async () => {
    const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as {
      services: Record<string, { command: string[]; read_only: boolean; volumes: string[] }>;
    };
    const job = services['tombstones'];
    expect(job).toMatchObject({ read_only: true, volumes: ['tombstones:/tombstones'] });
    const [shell, flag, script = ''] = job?.command ?? [];
    expect(script).toContain('sleep 86400');
    const folder = await mkdtemp(path.join(tmpdir(), 'roavelo-tombstones-'));
    // Once instead of in a loop.
    const once = script.replace('while :; do ', '').replace(/; sleep 86400; done$/, '');
    await runJob([shell ?? '', flag ?? '', once], folder);
    expect(await readdir(folder)).toHaveLength(1);
    await rm(folder, { recursive: true });
    await expect(runJob([shell ?? '', flag ?? '', once], folder)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/can't be written into .*: ENOENT\.\n$/),
    });
  });
});
