import { addToWishlist } from '@roavelo/client';
import { useAuthGuard } from '@roavelo/client/react';
import { useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { FlatList, StyleSheet, useWindowDimensions, View } from 'react-native';
import { useSafeAreaInsets } from 'react-native-safe-area-context';
import { messageOf } from '../../src/messages.ts';
import { type Country, useCountries, useWishes, useWishlistChange } from '../../src/queries.ts';
import { COLUMN, radius, space, useColors, WIDE } from '../../src/theme.ts';
import { Empty, Flag, Loading, Notice } from '../../src/shown.tsx';
import { Choices, Field, IconButton, styles, Words } from '../../src/ui.tsx';

export default function Countries() {
  const colors = useColors();
  const insets = useSafeAreaInsets();
  const { width } = useWindowDimensions();
  const columns = width >= WIDE ? 2 : 1;
  const [search, setSearch] = useState('');
  const countries = useCountries();
  const wishes = useWishes();
  const { toggle, problem } = useHeart(wishes);
  const [order, setOrder] = useState<'name' | 'wanted'>('name');
  const text = useDeferredValue(folded(search));
  const found = (countries.data ?? []).filter(
    ({ name, code }) => folded(name).includes(text) || code.toLowerCase() === text,
  );
  if (order === 'wanted') found.sort((a, b) => (b.wantedBy ?? 0) - (a.wantedBy ?? 0));
  return (
    <FlatList
      key={columns}
      role="main"
      data={found}
      numColumns={columns}
      keyExtractor={({ code }) => code}
      initialNumToRender={16}
      keyboardShouldPersistTaps="handled"
      style={{ backgroundColor: colors.background }}
      contentContainerStyle={[
        styles.page,
        local.list,
        { paddingTop: insets.top + space.xl },
        columns > 1 && { maxWidth: COLUMN + 280 },
      ]}
      columnWrapperStyle={columns > 1 ? { gap: space.s } : undefined}
      ListHeaderComponent={
        <View style={[styles.stack, { paddingBottom: space.s }]}>
          <Words look="display" as="heading" level={1}>
            Where to next?
          </Words>
          <Words tone="muted">Tap the heart of each country that you want to see.</Words>
          <Field
            label="Search countries"
            placeholder="Japan, Peru, Côte d’Ivoire …"
            value={search}
            onChangeText={setSearch}
            autoCorrect={false}
            returnKeyType="search"
            inputMode="search"
          />
          <Choices
            label="Order"
            selected={order}
            onSelect={setOrder}
            options={[
              { value: 'name', label: 'A to Z' },
              { value: 'wanted', label: 'Most wanted' },
            ]}
          />
          {problem !== undefined && <Notice tone="bad" text={problem} />}
        </View>
      }
      ListEmptyComponent={
        countries.isPending && countries.fetchStatus !== 'paused' ? (
          <Loading label="Loading countries" rows={8} />
        ) : countries.isError || countries.isPending ? (
          <Notice
            tone="bad"
            text={messageOf(countries.error) ?? 'The countries come as soon as you are online.'}
            action={{ label: 'Try again', onPress: () => countries.refetch() }}
          />
        ) : (
          <Empty
            emoji="🔭"
            title="No such country"
            text={`Nothing is called “${search.trim()}”.`}
            action={{
              label: 'Show all',
              onPress: () => {
                setSearch('');
              },
            }}
          />
        )
      }
      renderItem={({ item }) => (
        <CountryRow country={item} isWanted={wishes.has(item.code)} onHeart={toggle} />
      )}
    />
  );
}

/** ♥ adds a country, or removes it. A guest's is kept on the device, and the login sheet opens. */
function useHeart(wishes: ReadonlySet<string>) {
  const queryClient = useQueryClient();
  const { guardedAction } = useAuthGuard();
  const { mutate, error } = useWishlistChange();
  const [failure, setFailure] = useState<unknown>(null);

  const handleAddWishlist = (countryId: string) =>
    guardedAction('ADD_WISHLIST', () => addToWishlist(countryId));

  const toggle = async ({ code }: Country) => {
    if (wishes.has(code)) {
      mutate({ countryCode: code, change: 'remove' });
      return;
    }
    setFailure(null);
    await handleAddWishlist(code).catch(setFailure);
    await queryClient.invalidateQueries({ queryKey: ['mine'] });
  };
  return { toggle, problem: messageOf(failure ?? error) };
}

function CountryRow({
  country,
  isWanted,
  onHeart,
}: {
  country: Country;
  isWanted: boolean;
  onHeart: (country: Country) => unknown;
}) {
  const colors = useColors();
  const { code, name, wantedBy } = country;
  return (
    <View style={[local.row, styles.row, { backgroundColor: colors.surface, borderColor: colors.line }]}>
      <Flag code={code} />
      <View style={styles.grow}>
        <Words look="strong">{name}</Words>
        {wantedBy !== null && (
          <Words look="small" tone="muted">
            {wantedBy === 1 ? '1 person wants' : `${wantedBy.toLocaleString()} people want`} to go
          </Words>
        )}
      </View>
      <IconButton
        name={isWanted ? `Remove ${name} from the wishlist` : `Add ${name} to the wishlist`}
        icon="heart"
        on={isWanted}
        filled={isWanted}
        color={isWanted ? colors.heart : colors.muted}
        onPress={() => onHeart(country)}
      />
    </View>
  );
}

/** For comparing: without accents and case. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .trim()
    .toLowerCase();
}

const local = StyleSheet.create({
  list: { gap: space.s },
  row: { flex: 1, borderWidth: 1, borderRadius: radius.m, padding: space.s },
});
