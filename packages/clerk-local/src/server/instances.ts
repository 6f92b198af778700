import { hash, randomBytes } from 'node:crypto';
import { Clock, type ClockState } from '../store/clock.ts';
import { Collection } from '../store/collection.ts';
import { randomLetters } from '../store/ids.ts';
import type { Journal } from '../store/journal.ts';
import type { Mail } from '../store/messages.ts';
import { Store } from '../store/store.ts';
import { generateSigningKey } from '../store/tokens.ts';
import type { WebhookOptions } from '../webhooks/webhooks.ts';
import { Instance } from './instance.ts';

/** Keys of instances that are created when they are first used. */
const LOCAL_SECRET_KEY = /^sk_test_local[\w-]{1,80}$/;

interface InstanceRecord {
  id: string;
  /** The instance of requests without a key: the page, `/.well-known/jwks.json`. */
  is_main: boolean;
  secretKey: string;
  webhookSecret: string;
  /** PKCS #8 PEM. */
  signingKey: string;
  /** Null: the real time. */
  clock: ClockState | null;
}

export interface InstancesOptions {
  /** Host and port of this server, the main instance's Frontend API. */
  address: string;
  /** Of the main instance. Absent: stored or generated ones. */
  secretKey: string | undefined;
  webhookSecret: string | undefined;
  onMail: ((mail: Mail) => void) | undefined;
  webhooks: Omit<WebhookOptions, 'secret' | 'fault'>;
}

/** The instances of this process. Each has its keys, its users, its clock, its webhooks and its faults. */
export class Instances {
  readonly main: Instance;
  readonly #journal: Journal;
  readonly #records: Collection<InstanceRecord>;
  readonly #options: InstancesOptions;
  readonly #bySecretKey = new Map<string, Instance>();
  readonly #byName = new Map<string, Instance>();
  readonly #creating = new Map<string, Promise<Instance>>();

  private constructor(
    journal: Journal,
    records: Collection<InstanceRecord>,
    main: InstanceRecord,
    options: InstancesOptions,
  ) {
    this.#journal = journal;
    this.#records = records;
    this.#options = options;
    this.main = this.#open(main);
    for (const record of records.all()) {
      // The main instance may have been given the key of another one.
      if (record.secretKey !== main.secretKey) this.#open(record);
    }
  }

  static async open(journal: Journal, options: InstancesOptions): Promise<Instances> {
    const records = new Collection<InstanceRecord>(journal, '', 'instances', {});
    const stored = records.all().find((record) => record.is_main) ?? (await newRecord());
    const main = records.put({
      ...stored,
      is_main: true,
      secretKey: options.secretKey ?? stored.secretKey,
      webhookSecret: options.webhookSecret ?? stored.webhookSecret,
    });
    return new Instances(journal, records, main, options);
  }

  /** The main instance first. */
  all(): Instance[] {
    return [...this.#bySecretKey.values()];
  }

  /** By the name of `frontendApiName`. */
  byName(name: string): Instance | undefined {
    return this.#byName.get(name);
  }

  /** Creates the instance of a new local key (`sk_test_local…`). Undefined for other unknown keys. */
  async bySecretKey(secretKey: string): Promise<Instance | undefined> {
    const known = this.#bySecretKey.get(secretKey);
    if (known || !LOCAL_SECRET_KEY.test(secretKey)) return known;
    const creating = this.#creating.get(secretKey) ?? this.#create(secretKey);
    this.#creating.set(secretKey, creating);
    try {
      return await creating;
    } finally {
      this.#creating.delete(secretKey);
    }
  }

  /** The instance of a publishable key. */
  byPublishableKey(publishableKey: string): Instance | undefined {
    return this.all().find((instance) => instance.publishableKey === publishableKey);
  }

  close(): void {
    for (const instance of this.all()) instance.webhooks.close();
  }

  async #create(secretKey: string): Promise<Instance> {
    const record = this.#records.put({ ...(await newRecord()), secretKey });
    return this.#open(record);
  }

  #open(record: InstanceRecord): Instance {
    const { id, secretKey, signingKey, webhookSecret, is_main: isMain } = record;
    const clock = new Clock(record.clock ?? undefined, (state) => {
      this.#records.change(id, (draft) => {
        draft.clock = state;
      });
    });
    const { address, webhooks, onMail } = this.#options;
    const store = new Store(this.#journal, id, clock);
    if (onMail) store.onMail(onMail);
    const name = frontendApiName(secretKey);
    const instance = new Instance(store, {
      secretKey,
      signingKey,
      proxyUrl: `http://${address}/__clerk${isMain ? '' : `/${name}`}`,
      frontendApi: isMain ? address : `${name}.localhost:${address.split(':')[1] ?? ''}`,
      webhooks: {
        ...webhooks,
        secret: webhookSecret,
        ...(isMain ? { fixedSecret: this.#options.webhookSecret } : { url: null }),
      },
    });
    this.#bySecretKey.set(secretKey, instance);
    this.#byName.set(name, instance);
    return instance;
  }
}

/**
 * The name of an instance in its Frontend API's host and path, made of its secret key, so that it is the same
 * in every process.
 */
function frontendApiName(secretKey: string): string {
  return `i${hash('sha256', secretKey).slice(0, 15)}`;
}

async function newRecord(): Promise<InstanceRecord> {
  return {
    // `kid` of its tokens: nobody takes them for tokens of Clerk.
    id: `ins_local${randomLetters(22)}`,
    is_main: false,
    secretKey: `sk_test_local${randomLetters(35)}`,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    signingKey: await generateSigningKey(),
    clock: null,
  };
}
