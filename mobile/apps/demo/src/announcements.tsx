import { onlineManager } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { StyleSheet, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { radius, space, useColors } from './theme.ts';
import { Words } from './ui.tsx';

const SHOWN_MS = 6_000;
const listeners = new Set<() => void>();
let current: string | null = null;

/** Shows a sentence above everything for some seconds. */
export function announce(text: string | null): void {
  current = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const onSwitch = (listener: () => void) => onlineManager.subscribe(listener);

/** What was announced, above everything; below everything, whether the app is offline. */
export function Announcements() {
  const isOnline = useSyncExternalStore(onSwitch, () => onlineManager.isOnline());
  const announced = useSyncExternalStore(
    subscribe,
    () => current,
    () => current,
  );
  const insets = useSafeAreaInsets();
  const colors = useColors();
  useEffect(() => {
    if (announced === null) return;
    const timer = setTimeout(() => {
      announce(null);
    }, SHOWN_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [announced]);
  return (
    <>
      <View role="status" style={[local.place, { top: insets.top + space.s }]}>
        {announced !== null && (
          <View style={[local.pill, { backgroundColor: colors.ink }]}>
            <Words look="small" style={{ color: colors.background }}>
              {announced}
            </Words>
          </View>
        )}
      </View>
      <View role="status" style={!isOnline && { backgroundColor: colors.ink, paddingBottom: insets.bottom }}>
        {!isOnline && (
          <Words look="small" style={[local.bar, { color: colors.background }]}>
            You are offline. Changes are sent when you are back.
          </Words>
        )}
      </View>
    </>
  );
}

const local = StyleSheet.create({
  place: {
    position: 'absolute',
    left: 0,
    right: 0,
    alignItems: 'center',
    paddingHorizontal: space.l,
    pointerEvents: 'none',
  },
  bar: { padding: space.s, textAlign: 'center' },
  pill: { borderRadius: radius.l, paddingHorizontal: space.l, paddingVertical: space.s },
});
