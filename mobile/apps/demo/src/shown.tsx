import { Image, StyleSheet, Text, View } from 'react-native';
import { radius, space, type, useColors } from './theme.ts';
import { Button, styles, Words } from './ui.tsx';

/** A message in the page, with a way on. */
export function Notice({
  text,
  tone = 'calm',
  action,
}: {
  text: string;
  tone?: 'calm' | 'bad';
  action?: { label: string; onPress: () => unknown; busy?: boolean };
}) {
  const colors = useColors();
  return (
    <View
      role={tone === 'bad' ? 'alert' : 'status'}
      style={[local.notice, { backgroundColor: tone === 'bad' ? colors.dangerSoft : colors.soft }]}
    >
      <Words look="small" tone={tone === 'bad' ? 'danger' : 'ink'} style={styles.grow}>
        {text}
      </Words>
      {action && <Button kind="secondary" {...action} />}
    </View>
  );
}

/** What a list shows that has nothing to show. */
export function Empty({
  emoji,
  title,
  text,
  action,
}: {
  emoji: string;
  title: string;
  text: string;
  action?: { label: string; onPress: () => unknown };
}) {
  return (
    <View style={local.empty}>
      <Text style={local.emoji} aria-hidden>
        {emoji}
      </Text>
      <Words look="title" as="heading" style={styles.centered}>
        {title}
      </Words>
      <Words tone="muted" style={styles.centered}>
        {text}
      </Words>
      {action && <Button {...action} />}
    </View>
  );
}

/** Stands in for rows that are loading. */
export function Loading({ label, rows = 6 }: { label: string; rows?: number }) {
  const colors = useColors();
  return (
    <View role="status" aria-label={label} aria-busy style={local.loading}>
      {Array.from({ length: rows }, (_, row) => (
        <View key={row} style={[local.skeleton, { backgroundColor: colors.sunken }]} />
      ))}
    </View>
  );
}

/** Added to the code of a letter, it gives the letter of flags. */
const FLAG_A = 0x1f1e6 - 'A'.charCodeAt(0);

/** The flag of an ISO 3166-1 code. Systems without flags (Windows) show its two letters. */
export function Flag({ code }: { code: string }) {
  const colors = useColors();
  const flag = String.fromCodePoint(FLAG_A + code.charCodeAt(0), FLAG_A + code.charCodeAt(1));
  return (
    <View style={[local.flag, { backgroundColor: colors.sunken }]} aria-hidden>
      <Text style={[type.flag, { color: colors.ink }]}>{flag}</Text>
    </View>
  );
}

/** Clerk's own drawing for people without a picture: `{"type":"default"` in Base64. */
const PLACEHOLDER = 'https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCI';

export function Avatar({ name, picture }: { name: string; picture: string }) {
  const colors = useColors();
  if (picture !== '' && !picture.startsWith(PLACEHOLDER))
    return <Image source={{ uri: picture }} style={local.avatar} alt="" />;
  return (
    <View style={[local.avatar, styles.center, { backgroundColor: colors.soft }]} aria-hidden>
      <Words look="strong" tone="primary">
        {name.slice(0, 1).toUpperCase()}
      </Words>
    </View>
  );
}

const local = StyleSheet.create({
  notice: {
    flexDirection: 'row',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: space.m,
    borderRadius: radius.m,
    padding: space.m,
  },
  empty: { alignItems: 'center', gap: space.m, paddingVertical: space.xxl, paddingHorizontal: space.l },
  emoji: { fontSize: 52 },
  loading: { gap: space.s },
  skeleton: { height: 68, borderRadius: radius.m },
  flag: { width: 48, height: 48, borderRadius: radius.m, alignItems: 'center', justifyContent: 'center' },
  avatar: { width: 48, height: 48, borderRadius: 24 },
});
