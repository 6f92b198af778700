import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A stage of a Dockerfile without Docker: a folder and what a container of it would run. */
export interface Stage {
  /** The folder that is `/` in the image. */
  root: string;
  workdir: string;
  env: Record<string, string>;
  labels: Record<string, string>;
  user: string;
  command: string[];
  healthcheck: string[];
}

export interface Replay {
  dockerfile: string;
  /** The build context; its `.dockerignore` is respected. */
  context: string;
  /** An empty folder; each stage gets a folder in it. */
  target: string;
  /** The environment of the base image. */
  env: NodeJS.ProcessEnv;
  buildArguments?: Record<string, string>;
}

/**
 * Executes a Dockerfile's steps in folders and returns its last stage. Supports the instructions that this
 * project uses, with relative or WORKDIR paths.
 * @throws on any other instruction, so that a change of the file is noticed
 */
export function replayDockerfile({ dockerfile, context, target, env, buildArguments = {} }: Replay): Stage {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  /** Build arguments end with their stage. */
  let args: Record<string, string> = {};
  for (const [instruction, rest] of parse(readFileSync(dockerfile, 'utf8'))) {
    if (instruction === 'FROM') {
      const name = / AS (\S+)$/i.exec(rest)?.[1] ?? 'final';
      const root = path.join(target, name);
      stage = { root, workdir: '/', env: {}, labels: {}, user: 'root', command: [], healthcheck: [] };
      args = {};
      stages.set(name, stage);
      mkdirSync(root);
      continue;
    }
    if (!stage) throw new Error(`${instruction} stands before FROM`);
    const cwd = path.join(stage.root, stage.workdir);
    switch (instruction) {
      case 'WORKDIR':
        stage.workdir = rest;
        mkdirSync(path.join(stage.root, rest), { recursive: true });
        break;
      case 'COPY':
        copy(rest, cwd, context, stages);
        break;
      case 'RUN':
        execute(rest.replace(/^(--\S+\s+)+/, ''), cwd, { ...env, ...args, ...stage.env });
        break;
      case 'ENV':
        for (const [, key = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) stage.env[key] = value;
        break;
      case 'USER':
        stage.user = rest;
        break;
      case 'HEALTHCHECK':
        stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD') + 'CMD'.length)) as string[];
        break;
      case 'CMD':
        stage.command = JSON.parse(rest) as string[];
        break;
      case 'ARG': {
        const [, key = '', fallback = ''] = /^(\w+)(?:=(\S*))?$/.exec(rest) ?? [];
        args[key] = buildArguments[key] ?? fallback;
        break;
      }
      case 'LABEL':
        for (const [, key = '', value = ''] of rest.matchAll(/([\w.]+)="([^"]*)"/g))
          stage.labels[key] = value.replace(/\$\{(\w+)\}/g, (_, name: string) => args[name] ?? '');
        break;
      case 'EXPOSE':
      case 'STOPSIGNAL':
        break;
      default:
        throw new Error(`${path.basename(dockerfile)}: ${instruction} is not known here`);
    }
  }
  if (!stage) throw new Error(`${dockerfile} has no stage`);
  return stage;
}

function parse(text: string): [instruction: string, rest: string][] {
  return text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [instruction = ''] = line.split(' ', 1);
      return [instruction, line.slice(instruction.length).trim()];
    });
}

function copy(rest: string, cwd: string, context: string, stages: Map<string, Stage>) {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const destination = words.pop();
  if (!destination?.endsWith('/') || words.some((word) => word.startsWith('--'))) {
    throw new Error(`COPY ${rest}: only COPY [--from=stage] source… folder/ is known here`);
  }
  const base = from === undefined ? context : stages.get(from)?.root;
  if (base === undefined) throw new Error(`COPY ${rest}: there is no stage ${from}`);
  const isIgnored = from === undefined ? ignored(context) : () => false;
  for (const source of words) {
    const origin = path.join(base, source);
    // As Docker does: copies the contents of a folder, or the file itself.
    const isFolder = statSync(origin).isDirectory();
    const copied = path.join(cwd, destination, isFolder ? '' : path.basename(source));
    if (!isFolder && isIgnored(source)) throw new Error(`COPY ${rest}: .dockerignore keeps ${source} out`);
    cpSync(origin, copied, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) =>
        file === origin || statSync(file).isDirectory() || !isIgnored(path.relative(context, file)),
    });
  }
}

/** `.dockerignore`: the last pattern that matches a path or one of its parents decides. */
function ignored(context: string): (file: string) => boolean {
  const patterns = readFileSync(path.join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keep: line.startsWith('!'), glob: line.replace('!', '') }));
  return (file) => {
    const parts = path.normalize(file).split(path.sep);
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    return (
      patterns.findLast(({ glob }) => paths.some((each) => path.matchesGlob(each, glob)))?.keep === false
    );
  };
}

function execute(command: string, cwd: string, env: NodeJS.ProcessEnv) {
  process.stderr.write(`RUN ${command}\n`);
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`RUN ${command} failed (${status}):\n${stdout}${stderr}`);
}
