import { unwrap } from '@roavelo/client';
import { Platform, Share } from 'react-native';
import { api } from './roavelo.ts';

/** Everything that the service has about the person: a download in a browser, the share sheet on a phone. */
export async function saveExport(): Promise<void> {
  const data = await unwrap(api.GET('/api/v2/users/me/export', { timeoutMs: 120_000 }));
  const text = JSON.stringify(data, null, 2);
  if (Platform.OS !== 'web') {
    await Share.share({ title: 'roavelo.json', message: text });
    return;
  }
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: 'roavelo.json' });
  link.click();
  URL.revokeObjectURL(url);
}
