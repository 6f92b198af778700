import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isNewer, releaseChangelog } from '../../scripts/release.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

describe('the version', () => {
  it('is the same in package.json, package-lock.json and the label of the image', () => {
    const lockfile = JSON.parse(read('package-lock.json')) as {
      version: string;
      packages: Record<string, { version?: string }>;
    };
    expect([lockfile.version, lockfile.packages['']?.version]).toEqual([version, version]);
    expect(read('Dockerfile')).toContain(`org.opencontainers.image.version="${version}"`);
  });

  it('has the newest section of the changelog, below the unreleased one', () => {
    const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings[0]).toBe('[Unreleased]');
    expect(headings[1]).toMatch(
      new RegExp(`^\\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d\\d-\\d\\d$`),
    );
  });

  it('is newer only when a number grew and none before it changed', () => {
    expect(isNewer('0.2.0', '0.1.9')).toBe(true);
    expect(isNewer('1.0.0', '0.10.3')).toBe(true);
    expect(isNewer('0.1.0', '0.1.0')).toBe(false);
    expect(isNewer('0.1.9', '0.2.0')).toBe(false);
    expect(() => isNewer('v1', '0.1.0')).toThrow('not a version');
  });
});

describe('the changelog of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-11-28\n\n- Old.\n';

  it('has the unreleased entries under its version and day', () => {
    expect(releaseChangelog(changelog, '0.2.0', new Date('2027-01-02T03:04:05Z'))).toBe(
      changelog.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.2.0] - 2027-01-02\n'),
    );
  });

  it('is refused when there is nothing to release', () => {
    const empty = changelog.replace('\n### Added\n\n- A thing.\n', '');
    expect(() => releaseChangelog(empty, '0.2.0', new Date())).toThrow('no unreleased entries');
  });
});
