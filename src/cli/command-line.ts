import process from 'node:process';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** An invalid command line. The message ends with the usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(reason: string, usage: string) {
    super(`${reason}\n\n${usage.trim()}`);
  }
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

type Parsed<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: T & typeof HELP; allowPositionals: true }>
>;

/**
 * Parses the command line of this process. With `--help` it writes the usage to standard output and
 * returns undefined.
 * @throws UsageError
 */
export function parseCommandLine<const T extends ParseArgsOptionsConfig>({
  usage,
  options,
  words = 0,
}: {
  usage: string;
  options: T;
  words?: number;
}): Parsed<T> | undefined {
  const parsed = parse({ ...options, ...HELP }, usage);
  if ((parsed.values as { help?: boolean }).help === true) {
    process.stdout.write(`${usage.trim()}\n`);
    return undefined;
  }
  const { positionals } = parsed;
  if (positionals.length > words)
    throw new UsageError(`Unexpected argument '${positionals[words] ?? ''}'.`, usage);
  if (positionals.length < words) throw new UsageError('An argument is missing.', usage);
  return parsed;
}

function parse<T extends ParseArgsOptionsConfig>(options: T & typeof HELP, usage: string): Parsed<T> {
  try {
    return parseArgs<{ options: T & typeof HELP; allowPositionals: true }>({
      options,
      allowPositionals: true,
    });
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    if (typeof code !== 'string' || !code.startsWith('ERR_PARSE_ARGS')) throw error;
    // Without Node's advice about arguments that begin with a dash: ours don't.
    throw new UsageError(message.replace(/\. To specify a positional [^]*/, '.'), usage);
  }
}
