import { useDeleteAccount } from '@roavelo/client/react';
import { useRouter } from 'expo-router';
import { Linking, View } from 'react-native';
import { messageOf } from '../src/messages.ts';
import { Empty, Loading, Notice } from '../src/shown.tsx';
import { Button, Card, Page, styles, Words } from '../src/ui.tsx';

/** The receipt of a deletion. The client keeps its address on the device until the person dismisses it. */
export default function Receipt() {
  const router = useRouter();
  const { status, accepted, receipt: data, error, dismissReceipt } = useDeleteAccount();
  const isDone = status === 'completed';
  if (accepted === null) {
    return (
      <Page title="Receipt">
        <Empty
          emoji="🧾"
          title="No receipt here"
          text="The receipt of a deleted account is shown on the device that deleted it."
          action={{
            label: 'To the countries',
            onPress: () => {
              router.replace('/(tabs)');
            },
          }}
        />
      </Page>
    );
  }
  const day = (time: string) => new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
  return (
    <Page title={isDone ? 'Your account is deleted' : 'Your account is being deleted'}>
      {error && <Notice tone="bad" text={messageOf(error) ?? ''} />}
      {!data && !error && <Loading label="Loading the receipt" rows={3} />}
      {data && (
        <>
          <Notice
            text={
              isDone
                ? 'Nothing refers to it any more. The signed statement below proves it.'
                : 'Nobody can find it or sign in to it any more. The rest takes about half a minute.'
            }
          />
          <Card>
            <Line label="Receipt" value={data.id} />
            <Line label="Asked for" value={day(data.requestedAt)} />
            {data.completedAt !== null && <Line label="Completed" value={day(data.completedAt)} />}
          </Card>
          <Words look="title" as="heading">
            Erased
          </Words>
          <Card>
            {Object.entries(data.erased).map(([what, count]) => (
              <Line key={what} label={what} value={String(count)} />
            ))}
          </Card>
          {data.kept.length > 0 && (
            <>
              <Words look="title" as="heading">
                Kept for a while
              </Words>
              <Card>
                {data.kept.map(({ what, why, until }) => (
                  <View key={what}>
                    <Line label={what} value={until === null ? 'for good' : `until ${day(until)}`} />
                    <Words look="small" tone="muted">
                      {why}
                    </Words>
                  </View>
                ))}
              </Card>
            </>
          )}
          {data.statement !== null && (
            <>
              <Words look="title" as="heading">
                Signed statement
              </Words>
              <Card>
                <Words look="small" tone="muted" selectable>
                  {data.statement}
                </Words>
              </Card>
            </>
          )}
        </>
      )}
      <Words look="small" tone="muted">
        You find this receipt again at
      </Words>
      <ExternalLink url={accepted.receiptUrl} />
      <Button
        kind="secondary"
        label="I have seen it"
        onPress={async () => {
          router.replace('/(tabs)');
          await dismissReceipt();
        }}
      />
    </Page>
  );
}

function ExternalLink({ url }: { url: string }) {
  return (
    <Words look="small" tone="primary" role="link" onPress={() => void Linking.openURL(url)} selectable>
      {url}
    </Words>
  );
}

function Line({ label, value }: { label: string; value: string }) {
  return (
    <View style={styles.spread}>
      <Words tone="muted">{label}</Words>
      <Words style={{ flexShrink: 1 }} selectable>
        {value}
      </Words>
    </View>
  );
}
