import type { Clerk as ClerkJs } from '@clerk/clerk-js/no-rhc';
import { InternalClerkProvider } from '@clerk/react/internal';
import { type RenderHookResult, renderHook } from '@testing-library/react';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { FormError } from '../../src/react/index.ts';
import type { ClerkInstance } from '../support/clerk-instance.ts';

type Fetch = typeof fetch;

const require = createRequire(import.meta.url);
const source = readFileSync(require.resolve('@clerk/clerk-js/no-rhc'), 'utf8');

/** An app with the real clerk-js and `@clerk/react`, whose client is kept as `@clerk/expo` keeps it. */
export interface ClerkApp {
  clerk: ClerkJs;
  /** What it asked of the Frontend API, e.g. `POST /client/sign_ups`. */
  requests: string[];
  /** Ends the connection: `offline` the device knows it, as `navigator.onLine` says; `lost` it doesn't. */
  disconnect: (how: 'offline' | 'lost') => void;
  connect: () => void;
  /** The next request to a path that ends so is done, but its answer gets lost. */
  loseAnswerOf: string | null;
  /** Changes the bodies of answers, for what clerk-local never says. */
  alterAnswer: ((body: string) => string) | null;
  render: <T>(hook: () => T) => RenderHookResult<T, unknown>;
  /** The same device after the process was killed. */
  restart: () => ClerkApp;
}

/** Opens an app on a new device, or on one that has the token of a client. */
export function openApp(instance: ClerkInstance, deviceToken = ''): ClerkApp {
  let token = deviceToken;
  let isConnected = true;
  const fetchOfApp: Fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(input as string | URL);
    const method = searchParams.get('_method') ?? init?.method ?? 'GET';
    const path = pathname.slice(pathname.indexOf('/v1/') + 3);
    app.requests.push(`${method} ${path}`);
    if (!isConnected) throw new TypeError('fetch failed');
    const response = await fetch(input, init);
    if (app.loseAnswerOf !== null && path.endsWith(app.loseAnswerOf)) {
      app.loseAnswerOf = null;
      throw new TypeError('fetch failed');
    }
    if (app.alterAnswer === null) return response;
    return new Response(app.alterAnswer(await response.text()), response);
  };
  const clerk = new (evaluateClerkJs(fetchOfApp))(instance.publishableKey, { proxyUrl: instance.proxyUrl });
  clerk.__internal_onBeforeRequest((request) => {
    request.credentials = 'omit';
    request.url?.searchParams.append('_is_native', '1');
    (request.headers as Headers).set('authorization', token);
  });
  clerk.__internal_onAfterResponse((_request, response) => {
    token = response?.headers.get('authorization') ?? token;
  });

  const wrapper = ({ children }: { children: ReactNode }) => (
    <InternalClerkProvider
      publishableKey={instance.publishableKey}
      proxyUrl={instance.proxyUrl}
      Clerk={clerk as never}
      standardBrowser={false}
      telemetry={false}
      experimental={{ runtimeEnvironment: 'headless' } as never}
    >
      {children}
    </InternalClerkProvider>
  );
  const app: ClerkApp = {
    clerk,
    requests: [],
    disconnect: (how) => {
      isConnected = false;
      vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(how === 'lost');
    },
    connect: () => {
      isConnected = true;
      vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(true);
    },
    loseAnswerOf: null,
    alterAnswer: null,
    render: (hook) => renderHook(hook, { wrapper }),
    restart: () => openApp(instance, token),
  };
  return app;
}

/** clerk-js keeps its client in module variables: each app evaluates it anew. */
function evaluateClerkJs(fetchOfApp: Fetch): typeof ClerkJs {
  const unreferenced = (callback: () => void, ms?: number) => setTimeout(callback, ms).unref();
  const globals = { fetch: fetchOfApp, setTimeout: unreferenced, BroadcastChannel: undefined };
  const module = { exports: {} as { Clerk: typeof ClerkJs } };
  const parameters = ['module', 'exports', 'require', ...Object.keys(globals)];
  const evaluate = compileFunction(source, parameters) as (...values: unknown[]) => void;
  evaluate(module, module.exports, require, ...Object.values(globals));
  return module.exports.Clerk;
}

/** The error that a step rejects with; anything but a `FormError` is thrown. */
export async function failure(step: Promise<unknown>): Promise<FormError> {
  try {
    await step;
  } catch (error) {
    if (error instanceof FormError) return error;
    throw error;
  }
  throw new Error('the step did not fail');
}
