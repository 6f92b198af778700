import { describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { ObjectIdPipe } from '../../src/common/http/id-param.decorator.js';

describe('an id in a path', () => {
  const id = '6741f0c2a4b5c6d7e8f90a1b';

  it('becomes an ObjectId', () => {
    expect(new ObjectIdPipe('not_found').transform(id)).toEqual(new Types.ObjectId(id));
  });

  it.each(['', 'no id', 'twelve chars', id.toUpperCase(), id.slice(1), `${id}0`, `${id}\n`])(
    'that can be none is not found: %j',
    (text) => {
      const transform = (problem: 'not_found' | 'user_not_found') => () =>
        new ObjectIdPipe(problem).transform(text);
      expect(transform('not_found')).toThrow(expect.objectContaining({ code: 'not_found' }));
      expect(transform('user_not_found')).toThrow(expect.objectContaining({ code: 'user_not_found' }));
    },
  );
});
