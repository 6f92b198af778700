import { Platform, useColorScheme } from 'react-native';

const LIGHT = {
  background: '#faf7f2',
  surface: '#ffffff',
  sunken: '#f1ece3',
  line: '#e3dccf',
  ink: '#15242b',
  muted: '#586670',
  primary: '#0b6e69',
  onPrimary: '#ffffff',
  soft: '#e0f0ee',
  heart: '#d6244a',
  danger: '#b3261e',
  dangerSoft: '#fdecea',
};

const DARK: typeof LIGHT = {
  background: '#0f181c',
  surface: '#18242a',
  sunken: '#1f2d33',
  line: '#2b3b42',
  ink: '#eef3f2',
  muted: '#a3b4b9',
  primary: '#6ad8cd',
  onPrimary: '#06211f',
  soft: '#163a3a',
  heart: '#ff7088',
  danger: '#ff9389',
  dangerSoft: '#3a1d1d',
};

export type Colors = typeof LIGHT;

/** The colours of the system's scheme. Text has a contrast of 4.5 on all three grounds. */
export function useColors(): Colors {
  return useColorScheme() === 'dark' ? DARK : LIGHT;
}

/** Multiples of 4. */
export const space = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 40 } as const;
export const radius = { s: 8, m: 14, l: 22, round: 999 } as const;

/** The widest column of text and lists; wider windows leave the sides free. */
export const COLUMN = 720;
/** From this width on the tabs stand at the side, and lists have columns. */
export const WIDE = 900;

/** Follows the text size of the browser, as phones do by themselves. */
function scaled(size: number): number {
  // react-native-web takes CSS lengths, which React Native's types do not know.
  return Platform.OS === 'web' ? (`${size / 16}rem` as unknown as number) : size;
}

export const type = {
  display: { fontSize: scaled(30), lineHeight: scaled(36), fontWeight: '800', letterSpacing: -0.6 },
  title: { fontSize: scaled(20), lineHeight: scaled(26), fontWeight: '700', letterSpacing: -0.2 },
  strong: { fontSize: scaled(16), lineHeight: scaled(22), fontWeight: '600' },
  body: { fontSize: scaled(16), lineHeight: scaled(23), fontWeight: '400' },
  small: { fontSize: scaled(14), lineHeight: scaled(20), fontWeight: '400' },
  flag: { fontSize: scaled(26), lineHeight: scaled(34), fontWeight: '600' },
} as const;
