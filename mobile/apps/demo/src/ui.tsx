import { type ReactNode, useState } from 'react';
import {
  ActivityIndicator,
  Pressable,
  ScrollView,
  StyleSheet,
  Text,
  TextInput,
  type TextInputProps,
  type TextProps,
  View,
} from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { Icon, type IconName } from './icons.tsx';
import { COLUMN, radius, space, type, useColors } from './theme.ts';

/** Text in a style of the design. `as="heading"` is one for screen readers, too. */
export function Words({
  look = 'body',
  tone = 'ink',
  as,
  level = 2,
  style,
  ...rest
}: TextProps & {
  look?: keyof typeof type;
  tone?: 'ink' | 'muted' | 'primary' | 'danger';
  as?: 'heading';
  level?: 1 | 2 | 3;
}) {
  const colors = useColors();
  const heading = as === 'heading' ? { role: 'heading' as const, 'aria-level': level } : {};
  return <Text {...heading} style={[type[look], { color: colors[tone] }, style]} {...rest} />;
}

/** A page with its title, in one column, clear of notches. */
export function Page({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  const insets = useSafeAreaInsets();
  const colors = useColors();
  return (
    <ScrollView
      style={{ backgroundColor: colors.background }}
      contentContainerStyle={[styles.page, { paddingTop: insets.top + space.xl }]}
      keyboardShouldPersistTaps="handled"
      role="main"
    >
      <View style={styles.spread}>
        <Words look="display" as="heading" level={1} style={styles.grow}>
          {title}
        </Words>
        {aside}
      </View>
      {children}
    </ScrollView>
  );
}

export function Button({
  label,
  onPress,
  kind = 'primary',
  icon,
  busy = false,
  disabled = false,
  name,
}: {
  label: string;
  onPress: () => unknown;
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger';
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  /** For screen readers, where the label alone does not say what it is about. */
  name?: string;
}) {
  const colors = useColors();
  const look = {
    primary: { backgroundColor: colors.primary, borderColor: colors.primary, color: colors.onPrimary },
    secondary: { backgroundColor: colors.surface, borderColor: colors.line, color: colors.ink },
    quiet: { backgroundColor: 'transparent', borderColor: 'transparent', color: colors.primary },
    danger: { backgroundColor: colors.dangerSoft, borderColor: colors.dangerSoft, color: colors.danger },
  }[kind];
  const isOff = busy || disabled;
  return (
    <Pressable
      role="button"
      aria-label={name ?? label}
      aria-busy={busy}
      aria-disabled={isOff}
      disabled={isOff}
      onPress={() => void onPress()}
      style={({ pressed }) => [
        styles.button,
        { backgroundColor: look.backgroundColor, borderColor: look.borderColor },
        (pressed || isOff) && styles.dimmed,
      ]}
    >
      {busy && <ActivityIndicator size="small" color={look.color} />}
      {icon && !busy && <Icon name={icon} color={look.color} size={18} />}
      <Text style={[type.strong, { color: look.color }]}>{label}</Text>
    </Pressable>
  );
}

/** A round button that has only a picture, e.g. ♥ or the way back. */
export function IconButton({
  name,
  icon,
  onPress,
  on,
  filled = false,
  color,
}: {
  name: string;
  icon: IconName;
  onPress: () => unknown;
  /** Of a switch: whether it is on. */
  on?: boolean;
  filled?: boolean;
  color?: string;
}) {
  const colors = useColors();
  return (
    <Pressable
      role="button"
      aria-label={name}
      aria-pressed={on}
      aria-selected={on}
      onPress={() => void onPress()}
      hitSlop={space.s}
      style={({ pressed }) => [styles.iconButton, pressed && { backgroundColor: colors.sunken }]}
    >
      <Icon name={icon} color={color ?? colors.muted} filled={filled} />
    </Pressable>
  );
}

/** One of several; `selected` is the chosen one. */
export function Choices<T extends string>({
  label,
  options,
  selected,
  onSelect,
}: {
  label: string;
  options: readonly { value: T; label: string }[];
  selected: T;
  onSelect: (value: T) => void;
}) {
  const colors = useColors();
  return (
    <View role="radiogroup" aria-label={label} style={styles.choices}>
      {options.map(({ value, label: text }) => {
        const isOn = value === selected;
        return (
          <Pressable
            key={value}
            role="radio"
            aria-checked={isOn}
            aria-label={text}
            onPress={() => {
              onSelect(value);
            }}
            style={[
              styles.choice,
              {
                backgroundColor: isOn ? colors.soft : colors.surface,
                borderColor: isOn ? colors.primary : colors.line,
              },
            ]}
          >
            <Words look="small" tone={isOn ? 'primary' : 'ink'} style={styles.semibold}>
              {text}
            </Words>
          </Pressable>
        );
      })}
    </View>
  );
}

export function Field({
  label,
  error,
  hint,
  ...input
}: TextInputProps & { label: string; error?: string | undefined; hint?: string }) {
  const colors = useColors();
  const [isFocused, setFocused] = useState(false);
  return (
    <View style={styles.field}>
      <Words look="small" style={styles.semibold} aria-hidden>
        {label}
      </Words>
      <TextInput
        aria-label={label}
        aria-invalid={error !== undefined}
        placeholderTextColor={colors.muted}
        onFocus={() => {
          setFocused(true);
        }}
        onBlur={() => {
          setFocused(false);
        }}
        {...input}
        style={[
          styles.input,
          type.body,
          {
            color: colors.ink,
            backgroundColor: colors.surface,
            borderColor: isFocused ? colors.primary : colors.line,
          },
          error !== undefined && { borderColor: colors.danger },
          input.multiline === true && styles.multiline,
          input.style,
        ]}
      />
      {error !== undefined ? (
        <Words look="small" tone="danger" role="alert">
          {error}
        </Words>
      ) : (
        hint !== undefined && (
          <Words look="small" tone="muted">
            {hint}
          </Words>
        )
      )}
    </View>
  );
}

export function Card({ children }: { children: ReactNode }) {
  const colors = useColors();
  return (
    <View style={[styles.card, { backgroundColor: colors.surface, borderColor: colors.line }]}>
      {children}
    </View>
  );
}

export const styles = StyleSheet.create({
  grow: { flex: 1, minWidth: 0 },
  row: { flexDirection: 'row', alignItems: 'center', gap: space.m },
  wrap: { flexDirection: 'row', flexWrap: 'wrap', alignItems: 'center', gap: space.s },
  spread: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-between', gap: space.m },
  stack: { gap: space.m },
  center: { alignItems: 'center', justifyContent: 'center' },
  centered: { textAlign: 'center' },
  semibold: { fontWeight: '600' },
  page: {
    width: '100%',
    maxWidth: COLUMN,
    alignSelf: 'center',
    paddingHorizontal: space.l,
    paddingBottom: space.xxl,
    gap: space.l,
  },
  button: {
    minHeight: 46,
    paddingHorizontal: space.l,
    paddingVertical: space.s,
    borderRadius: radius.round,
    borderWidth: 1,
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: space.s,
  },
  dimmed: { opacity: 0.6 },
  iconButton: { width: 44, height: 44, borderRadius: 22, alignItems: 'center', justifyContent: 'center' },
  choices: { flexDirection: 'row', flexWrap: 'wrap', gap: space.s },
  choice: {
    minHeight: 38,
    paddingHorizontal: space.m,
    borderRadius: radius.round,
    borderWidth: 1,
    justifyContent: 'center',
  },
  field: { gap: space.xs },
  input: {
    minHeight: 48,
    borderWidth: 1,
    borderRadius: radius.m,
    paddingHorizontal: space.m,
    paddingVertical: space.s,
  },
  multiline: { minHeight: 84, textAlignVertical: 'top' },
  card: { borderWidth: 1, borderRadius: radius.m, padding: space.m, gap: space.m },
});
