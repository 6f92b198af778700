import { Tabs } from 'expo-router/js-tabs';
import { useWindowDimensions } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { Icon, type IconName } from '../../src/icons.tsx';
import { useMe } from '../../src/queries.ts';
import { type, useColors, WIDE } from '../../src/theme.ts';

/** Room for an icon above a line of text. */
const BAR = 68;

export default function TabsLayout() {
  const colors = useColors();
  const { width, fontScale } = useWindowDimensions();
  const insets = useSafeAreaInsets();
  const isWide = width >= WIDE;
  const { data: me } = useMe();
  const requests = me?.followRequestsCount ?? 0;
  return (
    <Tabs
      screenOptions={{
        headerShown: false,
        sceneStyle: { backgroundColor: colors.background },
        tabBarPosition: isWide ? 'left' : 'bottom',
        tabBarActiveTintColor: colors.primary,
        tabBarInactiveTintColor: colors.muted,
        tabBarActiveBackgroundColor: isWide ? colors.soft : undefined,
        tabBarLabelStyle: { ...type.small, fontWeight: '600' },
        tabBarStyle: {
          backgroundColor: colors.surface,
          borderColor: colors.line,
          ...(!isWide && { height: BAR * Math.max(1, fontScale) + insets.bottom }),
        },
        tabBarBadgeStyle: { backgroundColor: colors.heart },
      }}
    >
      <Tabs.Screen name="index" options={{ title: 'Countries', tabBarIcon: icon('globe') }} />
      <Tabs.Screen name="wishlist" options={{ title: 'Wishlist', tabBarIcon: icon('heart') }} />
      <Tabs.Screen
        name="people"
        options={{
          title: 'People',
          tabBarIcon: icon('people'),
          tabBarBadge: requests > 0 ? requests : undefined,
          tabBarAccessibilityLabel:
            requests > 0 ? `People, ${requests} follow request${requests === 1 ? '' : 's'}` : 'People',
        }}
      />
      <Tabs.Screen name="profile" options={{ title: 'Profile', tabBarIcon: icon('person') }} />
    </Tabs>
  );
}

function icon(name: IconName) {
  return function TabIcon({ color, focused }: { color: unknown; focused: boolean }) {
    return <Icon name={name} color={String(color)} filled={focused && name === 'heart'} />;
  };
}
