import { useState } from 'react';
import { Pressable, StyleSheet, View } from 'react-native';
import { messageOf } from './messages.ts';
import { useWishlistChange, type WishlistItem } from './queries.ts';
import { radius, space, useColors } from './theme.ts';
import { Flag, Notice } from './shown.tsx';
import { Button, Card, Choices, Field, styles, Words } from './ui.tsx';

const PRIORITIES = [
  { value: 'none', label: 'None' },
  ...['1', '2', '3', '4', '5'].map((value) => ({ value, label: value })),
];

/** A country of one's wishlist; its details open below it. */
export function Wish({ item }: { item: WishlistItem }) {
  const colors = useColors();
  const { countryCode, name, note, priority, visited } = item;
  const [isOpen, setOpen] = useState(false);
  const { mutate, isPending, variables, error } = useWishlistChange();
  const problem = messageOf(error);
  return (
    <View role="listitem">
      <Card>
        <Pressable
          role="button"
          aria-expanded={isOpen}
          aria-label={`${name}, details`}
          onPress={() => {
            setOpen(!isOpen);
          }}
          style={styles.row}
        >
          <Flag code={countryCode} />
          <View style={styles.grow}>
            <Words look="strong">{name}</Words>
            <Words look="small" tone="muted" numberOfLines={isOpen ? undefined : 2}>
              {note === '' ? (isOpen ? 'No note yet' : 'Add a note') : note}
            </Words>
          </View>
          {visited && <Tag text="Visited" />}
          {priority !== null && <Tag text={`No. ${priority}`} name={`Priority ${priority}`} />}
        </Pressable>
        {isOpen && (
          <View style={[styles.stack, local.details, { borderColor: colors.line }]}>
            <Note
              key={note}
              name={name}
              note={note}
              busy={isPending && typeof variables.change === 'object' && 'note' in variables.change}
              onSave={(text) => {
                mutate({ countryCode, change: { note: text } });
              }}
            />
            <Words look="small" style={styles.semibold}>
              Priority
            </Words>
            <Choices
              label={`Priority of ${name}`}
              options={PRIORITIES}
              selected={priority === null ? 'none' : String(priority)}
              onSelect={(value) => {
                mutate({ countryCode, change: { priority: value === 'none' ? null : Number(value) } });
              }}
            />
            <View style={styles.wrap}>
              <Button
                kind="secondary"
                icon={visited ? 'close' : 'check'}
                label={visited ? 'Not visited' : 'I have been there'}
                name={visited ? `Mark ${name} as not visited` : `Mark ${name} as visited`}
                onPress={() => {
                  mutate({ countryCode, change: { visited: !visited } });
                }}
              />
              <Button
                kind="danger"
                label="Remove"
                name={`Remove ${name}`}
                onPress={() => {
                  mutate({ countryCode, change: 'remove' });
                }}
              />
            </View>
          </View>
        )}
        {problem !== undefined && (
          <Notice
            tone="bad"
            text={problem}
            action={{
              label: 'Try again',
              onPress: () => {
                if (variables) mutate(variables);
              },
            }}
          />
        )}
      </Card>
    </View>
  );
}

function Note({
  name,
  note,
  busy,
  onSave,
}: {
  name: string;
  note: string;
  busy: boolean;
  onSave: (note: string) => void;
}) {
  const [text, setText] = useState(note);
  return (
    <View style={styles.stack}>
      <Field
        label={`Note for ${name}`}
        placeholder="When, with whom, what to see"
        value={text}
        onChangeText={setText}
        multiline
        maxLength={500}
      />
      {text !== note && (
        <Button
          label="Save note"
          busy={busy}
          onPress={() => {
            onSave(text);
          }}
        />
      )}
    </View>
  );
}

function Tag({ text, name }: { text: string; name?: string }) {
  const colors = useColors();
  return (
    <View style={[local.tag, { backgroundColor: colors.soft }]}>
      <Words look="small" tone="primary" style={styles.semibold} aria-label={name}>
        {text}
      </Words>
    </View>
  );
}

const local = StyleSheet.create({
  details: { borderTopWidth: 1, paddingTop: space.m },
  tag: { borderRadius: radius.round, paddingHorizontal: space.s, paddingVertical: space.xs },
});
