import { addToWishlist } from '@roavelo/client';
import { useAuthGuard } from '@roavelo/client/react';
import { Button } from 'react-native';

export default function Home() {
  const { guardedAction } = useAuthGuard();
  const handleAddWishlist = (countryId: string) =>
    guardedAction('ADD_WISHLIST', () => addToWishlist(countryId));
  return <Button title="Japan" onPress={() => void handleAddWishlist('JP')} />;
}
