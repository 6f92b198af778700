import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { mongo } from 'mongoose';

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** After the header: flags (4 bytes) and the kind of the first section (1 byte). */
const BODY_OFFSET = HEADER_BYTES + 5;
/** The driver's own housekeeping. */
const HOUSEKEEPING = new Set(['hello', 'ismaster', 'isMaster', 'ping', 'endSessions', 'killCursors']);

/** The point of a kill: the `index`-th command (from 0), before mongod gets it or after its answer. */
export interface Strike {
  index: number;
  when: 'before' | 'after';
}

/** A command as the driver sent it. */
export type Command = Record<string, unknown>;

/** A command that mongod receives only when it is released. */
export interface Hold {
  /** Resolves once a command is held. */
  caught: Promise<void>;
  release: () => void;
}

/** A proxy between an app and mongod that counts the commands of the app. */
export interface CommandProxy {
  port: number;
  /** Counts from now on. At the strike all traffic stops, and `onStrike` is called once. */
  arm(strike: Strike | undefined, onStrike: () => void): void;
  /** The names of the commands counted, with their collections. */
  commands(): readonly string[];
  /** Holds back the next command that matches, and nothing else. */
  holdNext(matches: (command: Command) => boolean): Hold;
  close(): Promise<void>;
}

/** Starts a proxy in front of a local mongod. Without `directConnection=true`, drivers bypass it. */
export async function startCommandProxy(mongodPort: number): Promise<CommandProxy> {
  const sockets = new Set<Socket>();
  let commands: string[] = [];
  let isArmed = false;
  let hasStruck = false;
  let strike: Strike | undefined;
  let onStrike: () => void = () => undefined;
  const holds = new Set<{ matches: (command: Command) => boolean; take: (pass: () => void) => void }>();
  /** The request whose answer is the strike. */
  let awaited: number | undefined;

  const hit = () => {
    hasStruck = true;
    onStrike();
  };
  const server = createServer((app) => {
    const mongod = connect(mongodPort, '127.0.0.1');
    for (const socket of [app, mongod]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        app.destroy();
        mongod.destroy();
      });
      socket.on('error', () => socket.destroy());
    }
    onFrames(app, (frame) => {
      if (hasStruck) return;
      for (const hold of holds) {
        if (!hold.matches(parse(frame) ?? {})) continue;
        holds.delete(hold);
        hold.take(() => mongod.write(frame));
        return;
      }
      const name = isArmed ? commandOf(frame) : undefined;
      if (name !== undefined) {
        const index = commands.push(name) - 1;
        if (strike?.index === index) {
          if (strike.when === 'before') {
            hit();
            return;
          }
          awaited = frame.readInt32LE(4);
        }
      }
      mongod.write(frame);
    });
    onFrames(mongod, (frame) => {
      if (hasStruck) return;
      if (awaited !== undefined && frame.readInt32LE(8) === awaited) hit();
      else app.write(frame);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    arm: (where, call) => {
      commands = [];
      strike = where;
      onStrike = call;
      isArmed = true;
    },
    commands: () => commands,
    holdNext: (matches) => {
      const caught = Promise.withResolvers<undefined>();
      const released = Promise.withResolvers<undefined>();
      const take = (pass: () => void) => {
        caught.resolve(undefined);
        void released.promise.then(pass);
      };
      holds.add({ matches, take });
      return {
        caught: caught.promise,
        release: () => {
          released.resolve(undefined);
        },
      };
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Calls back with each whole message of the wire protocol. */
function onFrames(socket: Socket, take: (frame: Buffer) => void): void {
  let buffered = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    while (buffered.length >= HEADER_BYTES && buffered.length >= buffered.readInt32LE(0)) {
      const length = buffered.readInt32LE(0);
      take(buffered.subarray(0, length));
      buffered = buffered.subarray(length);
    }
  });
}

/** E.g. `find deletions`; undefined for the driver's own commands. */
function commandOf(frame: Buffer): string | undefined {
  const command = parse(frame);
  if (command === undefined) return undefined;
  const [name = ''] = Object.keys(command);
  if (HOUSEKEEPING.has(name)) return undefined;
  const collection: unknown = command[name];
  return typeof collection === 'string' ? `${name} ${collection}` : name;
}

function parse(frame: Buffer): Command | undefined {
  if (frame.readInt32LE(12) !== OP_MSG) return undefined;
  return mongo.BSON.deserialize(frame.subarray(BODY_OFFSET, BODY_OFFSET + frame.readInt32LE(BODY_OFFSET)));
}
