import { Injectable } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { getConnectionToken, getModelToken } from '@nestjs/mongoose';
import { Test } from '@nestjs/testing';
import { expect, it } from '@jest/globals';
import { Cursors } from '../src/common/page.js';
import { DeletedUsersService } from '../src/users/deleted-users.service.js';
import { DeadLettersService } from '../src/webhooks/dead-letters.service.js';
import { WebhookEvent } from '../src/webhooks/webhook-event.schema.js';
import { HandlesWebhook, type WebhookHandler } from '../src/webhooks/webhook-handler.js';
import { WebhooksService } from '../src/webhooks/webhooks.service.js';

@Injectable()
@HandlesWebhook('user.created')
class First implements WebhookHandler {
  handle(): Promise<void> {
    return Promise.resolve();
  }

  subjectOf(): undefined {
    return undefined;
  }
}

@Injectable()
@HandlesWebhook('user.deleted', 'user.created')
class Second extends First {}

it('two handlers of one event type stop the start', async () => {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [
      WebhooksService,
      First,
      Second,
      { provide: getModelToken(WebhookEvent.name), useValue: {} },
      { provide: DeadLettersService, useValue: {} },
      { provide: DeletedUsersService, useValue: {} },
      { provide: Cursors, useValue: new Cursors('secret') },
      { provide: getConnectionToken(), useValue: {} },
    ],
  }).compile();
  await expect(module.init()).rejects.toThrow('Two webhook handlers for user.created');
});
