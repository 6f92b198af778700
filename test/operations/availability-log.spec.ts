import { expect, it, jest } from '@jest/globals';
import { AvailabilityLog } from '../../src/common/observability/availability-log.js';

it('logs once that a service is away and once that it is back', () => {
  const logger = { log: jest.fn(), warn: jest.fn() };
  const availability = new AvailabilityLog(logger, { away: 'it is away', back: 'it is back' });
  const error = new Error('refused');

  availability.note();
  availability.note(error);
  availability.note(new Error('refused again'));
  availability.note();
  availability.note();

  expect(logger.warn.mock.calls).toEqual([[{ msg: 'it is away', err: error }]]);
  expect(logger.log.mock.calls).toEqual([[{ msg: 'it is back' }]]);
});
