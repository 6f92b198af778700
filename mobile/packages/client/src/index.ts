export * from './core/errors.ts';
export * from './core/session.ts';
export * from './core/storage.ts';
export type { components, operations, paths } from './api-types.ts';
