import Svg, { Circle, Path } from 'react-native-svg';

const PATHS = {
  heart: 'M12 20.5 4.2 12.7a5 5 0 0 1 7.1-7.1l.7.7.7-.7a5 5 0 0 1 7.1 7.1z',
  globe: 'M3 12h18M12 3c2.6 2.6 4 5.7 4 9s-1.4 6.4-4 9c-2.6-2.6-4-5.7-4-9s1.4-6.4 4-9z',
  people:
    'M3 20c.4-3.6 2.7-5.5 6-5.5s5.6 1.9 6 5.5M16 5.2a3.2 3.2 0 0 1 0 6.1M17.5 14.8c2 .6 3.2 2.3 3.5 5.2',
  person: 'M5 20.5c.5-4 3.2-6 7-6s6.5 2 7 6',
  search: 'm16 16 5 5',
  close: 'm6 6 12 12M18 6 6 18',
  back: 'm14.5 5-7 7 7 7',
  check: 'm5 12.5 4.5 4.5L19 7.5',
} as const;
const CIRCLES: Partial<Record<keyof typeof PATHS, readonly [number, number, number]>> = {
  globe: [12, 12, 9],
  people: [9, 8.3, 3.3],
  person: [12, 8.3, 3.8],
  search: [10.5, 10.5, 6.5],
};

export type IconName = keyof typeof PATHS;

/** Decoration: the control that holds it has the name. */
export function Icon({
  name,
  color,
  size = 24,
  filled = false,
}: {
  name: IconName;
  color: string;
  size?: number;
  filled?: boolean;
}) {
  const circle = CIRCLES[name];
  return (
    <Svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? color : 'none'}
      stroke={color}
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      {circle && <Circle cx={circle[0]} cy={circle[1]} r={circle[2]} />}
      <Path d={PATHS[name]} />
    </Svg>
  );
}
