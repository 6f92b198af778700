import { Injectable } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { expect, it } from '@jest/globals';
import { HandlesWebhook, type WebhookHandler } from '../../src/webhooks/webhook-handler.js';
import { WebhooksService } from '../../src/webhooks/webhooks.service.js';

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
    providers: [WebhooksService, First, Second],
  })
    // Its dependencies are not called before init() is through.
    .useMocker(() => ({}))
    .compile();
  await expect(module.init()).rejects.toThrow('Two webhook handlers for user.created');
});
