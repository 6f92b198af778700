// Made by `npm run openapi` from openapi.json: the types of clients, for openapi-fetch and its kin.

export interface paths {
    "/api/v2/webhooks/clerk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Webhooks of Clerk
         * @description For Clerk, by way of Svix. Authenticated by the signature over the untouched body. A delivery is taken once: repeats of a `svix-id` are 200 and change nothing. 503 means: try again.
         */
        post: operations["receiveClerkWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/webhook-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of webhooks, newest first
         * @description Kept for 90 days. `state=dead_letter` lists those that wait for a replay.
         */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/webhook-events/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Handle a dead letter again
         * @description After the fault was mended. Its payload is kept for 30 days. Fails with the same outcome, or is gone then. Recorded in the audit log.
         *
         *     Counts towards a limit of its own, a tenth of the usual one.
         */
        post: operations["replayWebhookEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/webhook-events/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up a dead letter
         * @description When a replay would change nothing. Its payload is erased, and it can no longer be replayed. Repeating it is harmless. Recorded in the audit log, once.
         */
        post: operations["dismissWebhookEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/wishlist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My wishlist, newest first
         * @description Visited countries too. Names come in the language of `Accept-Language`; send the `ETag` to be answered 304 while nothing changed.
         */
        get: operations["listMyWishlist"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/wishlist/{countryCode}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put a country on my wishlist
         * @description Repeating it is harmless: the country stays where it is, and what the body gives of note, priority and visited is changed.
         */
        put: operations["putOnMyWishlist"];
        post?: never;
        /**
         * Take a country off my wishlist
         * @description Note, priority and visited go with it. Repeating it is harmless.
         */
        delete: operations["removeFromMyWishlist"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/{userId}/wishlist": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Somebody's wishlist, newest first
         * @description The wishlist of a private account is for its accepted followers.
         */
        get: operations["listWishlist"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/countries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All countries
         * @description Always whole: 250 short rows, named and sorted by `Accept-Language`.
         */
        get: operations["listCountries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/countries/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One country
         * @description Its name in the language of `Accept-Language`, and how many want to go there.
         */
        get: operations["getCountry"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/countries/{code}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom I follow and who wants to go there
         * @description Those I follow who have the country on their wishlist, not visited; newest accounts first. Nobody else, public or not.
         */
        get: operations["listCountryPeople"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/following/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Follow a user
         * @description A private account is asked first. Repeating it is harmless. Whom the caller blocks: 403 `forbidden`.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        put: operations["follow"];
        post?: never;
        /**
         * Stop following a user
         * @description Takes a request back as well. Repeating it is harmless. It works for a suspended or banned user whom the caller follows or has asked, too; repeated, that is 404 `user_not_found` like everything else about them.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        delete: operations["unfollow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/followers/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a follower
         * @description They are not told, and may follow or ask again; block them to prevent that. Repeating it is harmless.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        delete: operations["removeFollower"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/follow-requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow requests, newest first
         * @description Those that wait for me, or those that I have sent. Going public accepts all that wait; an answer to one of mine ends it.
         */
        get: operations["listFollowRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/follow-requests/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Accept a follow request
         * @description Repeating it is harmless.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        put: operations["acceptFollowRequest"];
        post?: never;
        /**
         * Decline a follow request
         * @description They are not told, and may ask again. Repeating it is harmless; a follower stays one.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        delete: operations["declineFollowRequest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/blocks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom I block, newest first
         * @description To be unblocked. Without those who are suspended or banned: they are back when that is lifted.
         */
        get: operations["listBlocks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/blocks/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Block a user
         * @description Neither follows the other any more, requests included; to them, my account does not exist from now on. I still see theirs, to unblock it. Repeating it is harmless.
         *
         *     A user may have 20 changes of follows waiting, and 20 blocks; one more is 429 `rate_limited`, and nothing has happened.
         */
        put: operations["block"];
        post?: never;
        /**
         * Unblock a user
         * @description What the block cut stays cut. Repeating it is harmless. It works for a suspended or banned user whom the caller blocks, too; repeated, that is 404 `user_not_found`.
         */
        delete: operations["unblock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Find users by name
         * @description With `username` the one of exactly this name, or nobody; with `q` those whose names begin so, in the order of their names. Whoever changes their name on the way may come twice, or not at all.
         *
         *     Counts towards a limit of its own, a tenth of the usual one.
         */
        get: operations["searchUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/relationships": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How I and others stand to each other
         * @description For up to 100 users at once, in the order asked for; each once, and without those not found.
         */
        get: operations["listRelationships"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A user
         * @description The public card, with how the caller and the user stand to each other. Users who are unknown, deleted, suspended, banned or block the caller are one and the same 404.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/{userId}/followers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who follows a user, newest first
         * @description Without those who only asked to. The network of a private account is for its accepted followers.
         */
        get: operations["listFollowers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/{userId}/following": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom a user follows, newest first
         * @description Without those they only asked to follow. The network of a private account is for its accepted followers.
         */
        get: operations["listFollowing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My purchases, newest first
         * @description From Clerk Billing, as its webhooks told, and from elsewhere, as admins recorded them.
         */
        get: operations["listMyPurchases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record a purchase from elsewhere
         * @description What was bought by Clerk Billing comes by itself. With a `reference`, a repeat finds the purchase and changes nothing, as long as user, item, amount and currency are the same; for anything else a reference is used up, also when its purchase belongs to a deleted account: 400 `validation_failed` at `/reference`. Recorded in the audit log.
         */
        post: operations["createPurchase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/purchases/{id}/refund": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record the refund of a purchase
         * @description Only records it: the money goes back where it was paid. Works for purchases of deleted accounts as well, until their archive is purged. A refund is final; later events of Clerk Billing change nothing. Recorded in the audit log.
         */
        post: operations["refundPurchase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My profile
         * @description The first request of a new account creates its user; no webhook needs to have arrived.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Delete my account
         * @description At once and for good, in Clerk too: from the answer on, nobody gets in or finds the account. The rest is erased behind it; the receipt says how far. Asked again while the token lives, it answers the same.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        /**
         * Change my profile
         * @description What is left out stays as it is. Names are changed in Clerk, too.
         *
         *     Counts towards a limit of its own, a tenth of the usual one.
         */
        patch: operations["changeMe"];
        trace?: never;
    };
    "/api/v2/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All my data
         * @description One JSON document, streamed as an attachment. Also for suspended users. One at a time: 429 for another one meanwhile. Broken off, so that its JSON is not whole, for a caller who takes less than 64 kB in 15 seconds, and when the account is deleted meanwhile.
         *
         *     Counts towards a limit of its own, a tenth of the usual one.
         */
        get: operations["exportMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/users/{userId}/suspension": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Suspend a user
         * @description From the next request on, on every instance: 403 `account_suspended` everywhere but for exporting and deleting the account, and to others the user is as if deleted, until it is lifted. Repeating it keeps the first date. Admins can suspend each other, but not themselves: 403 `forbidden`.
         */
        put: operations["suspendUser"];
        post?: never;
        /**
         * Lift the suspension of a user
         * @description A ban in Clerk is another thing, and stays. Repeating it is harmless.
         */
        delete: operations["unsuspendUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete somebody's account
         * @description As if they had done it themselves, but for the reason. Asked again while the deletion goes on, it answers the same. Admins delete their own account by `DELETE /users/me`: 403 `forbidden` here.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/deleted-users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Deleted accounts, newest first
         * @description All of them, or those of a Clerk id or an e-mail address. The audit log tells who has seen which archive, but not the address that was searched for.
         */
        get: operations["listDeletedUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/deleted-users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is kept of a deleted account
         * @description Recorded in the audit log.
         */
        get: operations["getDeletedUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change notes and legal hold of an archive
         * @description Recorded in the audit log, the notes themselves aside. 404 `not_found` also where no archive is left: notes could only bring personal data back, and a legal hold comes too late.
         */
        patch: operations["changeDeletedUser"];
        trace?: never;
    };
    "/api/v2/admin/deleted-users/{id}/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase an archive for good
         * @description Clerk id, user data, purchases and notes go. A hash of the Clerk id, the reason and the dates stay: the account never comes back, and its deletion can be proven. Repeating it is harmless. 404 `not_found` also for a tombstone that never had an archive.
         */
        post: operations["purgeDeletedUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/deleted-users/{id}/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All purchases of a deleted account, newest first
         * @description Each page is recorded in the audit log, whatever its cursor.
         */
        get: operations["listDeletedUserPurchases"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/deletion-receipts/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a deletion is, and at the end its signed statement
         * @description For whoever has the address, which only the answer to the deletion told. Ask again until `state` is `completed`: half a minute later, in most cases.
         */
        get: operations["getDeletionReceipt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of deletion receipts
         * @description Keys that signed earlier receipts stay in it.
         */
        get: operations["getReceiptKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account-deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * For people: what deleting an account does
         * @description The page that the app stores ask for.
         */
        get: operations["getAccountDeletionPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/admin/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What admins did, newest first
         * @description By any of the filters, or all of it. Every admin action is here, and every look into an archive of a deleted account.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Asks nobody: a process whose database is away must not be restarted for it.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Can it serve requests
         * @description No while MongoDB does not answer within two seconds, while it refuses the database user something, while a unique index is missing, and from the signal to stop on. `detail` says which.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description In the text format. Wants `Authorization: Bearer <METRICS_TOKEN>` where one is configured; without one it is open in development and does not exist in production.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{slug}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What an error means
         * @description Where the `type` of every error leads.
         */
        get: operations["getProblemType"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description The delivery is taken.
         * @example {
         *       "received": true
         *     }
         */
        WebhookReceived: {
            /** @description Always true: Svix needs no more than the status. */
            received: boolean;
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "id": "msg_2abcdefghijklmnopqrstuvwxyz",
         *           "type": "user.updated",
         *           "outcome": "applied",
         *           "at": "2026-11-23T09:30:00.000Z"
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        WebhookEventPage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["WebhookEvent"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description One delivery of Clerk, and what became of it.
         * @example {
         *       "id": "msg_2abcdefghijklmnopqrstuvwxyz",
         *       "type": "user.updated",
         *       "outcome": "applied",
         *       "at": "2026-11-23T09:30:00.000Z"
         *     }
         */
        WebhookEvent: {
            /** @description The `svix-id`. */
            id: string;
            /** @description Clerk's name of the event. */
            type: string;
            /**
             * @description `ignored`: nothing here is concerned. `rolled_back`: the account was deleted, because its user can never be saved. `dead_letter`: it cannot be handled, and waits for a replay; after 30 days it can no longer be replayed. `dismissed`: a dead letter that an admin gave up; its payload is erased.
             * @enum {string}
             */
            outcome: "applied" | "ignored" | "rolled_back" | "dead_letter" | "dismissed";
            /**
             * Format: date-time
             * @description When it was received first.
             * @example 2026-11-23T09:30:00.000Z
             */
            at: string;
        };
        /**
         * @description Why an admin does this.
         * @example {
         *       "reason": "Ticket 4711: harassment"
         *     }
         */
        Reason: {
            /** @description Kept in the audit log, which outlives the account: name nobody in it. */
            reason: string;
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "countryCode": "JP",
         *           "name": "Japan",
         *           "note": "Cherry blossom",
         *           "priority": 1,
         *           "visited": false,
         *           "addedAt": "2026-11-23T09:30:00.000Z"
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        WishlistPage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["WishlistItem"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description A country that somebody wants to see, or has seen.
         * @example {
         *       "countryCode": "JP",
         *       "name": "Japan",
         *       "note": "Cherry blossom",
         *       "priority": 1,
         *       "visited": false,
         *       "addedAt": "2026-11-23T09:30:00.000Z"
         *     }
         */
        WishlistItem: {
            /**
             * @description ISO 3166-1 alpha-2, or `XK`.
             * @example JP
             */
            countryCode: string;
            /**
             * @description By `Accept-Language`.
             * @example Japan
             */
            name: string;
            /** @description For the owner and whoever may see the list, or empty. */
            note: string;
            /**
             * Format: int32
             * @description 1 is the most wanted; null is none.
             */
            priority: number | null;
            /** @description Has been there: no longer counts as wanted. */
            visited: boolean;
            /**
             * Format: date-time
             * @description When it was put on the list first.
             * @example 2026-11-23T09:30:00.000Z
             */
            addedAt: string;
        };
        /**
         * @description What is left out stays as it is; on a new item it is empty, none, not visited.
         * @example {
         *       "note": "Cherry blossom",
         *       "priority": 1,
         *       "visited": false
         *     }
         */
        WishlistChange: {
            /** @description May be empty. */
            note?: string;
            /**
             * Format: int32
             * @description 1 is the most wanted; null is none.
             */
            priority?: number | null;
            /** @description Has been there. */
            visited?: boolean;
        };
        /**
         * @description All countries.
         * @example {
         *       "items": [
         *         {
         *           "code": "JP",
         *           "name": "Japan",
         *           "wantedBy": 42
         *         }
         *       ],
         *       "nextCursor": null
         *     }
         */
        CountryList: {
            /** @description All of them, in the alphabetical order of the language. */
            items: components["schemas"]["Country"][];
            /** @description Always null: the list is whole. */
            nextCursor: string | null;
        };
        /**
         * @description A country that wishlists can hold.
         * @example {
         *       "code": "JP",
         *       "name": "Japan",
         *       "wantedBy": 42
         *     }
         */
        Country: {
            /**
             * @description ISO 3166-1 alpha-2, or `XK`.
             * @example JP
             */
            code: string;
            /**
             * @description By `Accept-Language`.
             * @example Japan
             */
            name: string;
            /**
             * Format: int64
             * @description How many people want to go: on their wishlist, not visited. Counted anew every few seconds; null for fewer than 5, or while it is not known.
             * @example 42
             */
            wantedBy: number | null;
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90a2c",
         *           "username": "bruno_77c0ffee",
         *           "firstName": "Bruno",
         *           "lastName": "Sá",
         *           "profilePicture": "",
         *           "bio": "Islands.",
         *           "homeCountry": "BR",
         *           "visibility": "private",
         *           "followersCount": 12,
         *           "followingCount": 31,
         *           "relationship": {
         *             "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *             "following": true,
         *             "requested": false,
         *             "followedBy": false,
         *             "blocking": false
         *           }
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        UserCardPage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["UserCard"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description What everybody sees of a user.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a2c",
         *       "username": "bruno_77c0ffee",
         *       "firstName": "Bruno",
         *       "lastName": "Sá",
         *       "profilePicture": "",
         *       "bio": "Islands.",
         *       "homeCountry": "BR",
         *       "visibility": "private",
         *       "followersCount": 12,
         *       "followingCount": 31,
         *       "relationship": {
         *         "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *         "following": true,
         *         "requested": false,
         *         "followedBy": false,
         *         "blocking": false
         *       }
         *     }
         */
        UserCard: {
            /** @description What every other address of this API calls the user. */
            id: string;
            /** @description Unique, and may change. */
            username: string;
            /** @description `Unknown` when there is none. */
            firstName: string;
            /** @description Or empty. */
            lastName: string;
            /** @description An address, or empty. */
            profilePicture: string;
            /** @description What the user says about themselves, or empty. */
            bio: string;
            /** @description ISO 3166-1 alpha-2, or `XK`. */
            homeCountry: string | null;
            /**
             * @description A private account shows its network and wishlist to accepted followers only.
             * @enum {string}
             */
            visibility: "public" | "private";
            /**
             * Format: int64
             * @description Also of a private account.
             */
            followersCount: number;
            /**
             * Format: int64
             * @description Also of a private account.
             */
            followingCount: number;
            relationship: components["schemas"]["Relationship"];
        };
        /**
         * @description How the caller and a user stand to each other.
         * @example {
         *       "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *       "following": true,
         *       "requested": false,
         *       "followedBy": false,
         *       "blocking": false
         *     }
         */
        Relationship: {
            /** @description The other one. */
            userId: string;
            /** @description The caller follows this user. */
            following: boolean;
            /** @description The caller has asked to follow this user. */
            requested: boolean;
            /** @description This user follows the caller. */
            followedBy: boolean;
            /** @description The caller blocks this user. */
            blocking: boolean;
        };
        /**
         * @description What became of following somebody.
         * @example {
         *       "state": "requested"
         *     }
         */
        FollowState: {
            /**
             * @description `requested` when the account is private and has to accept first.
             * @enum {string}
             */
            state: "following" | "requested";
        };
        /**
         * @description In the order asked for. Users that are not found are left out.
         * @example {
         *       "items": [
         *         {
         *           "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *           "following": true,
         *           "requested": false,
         *           "followedBy": false,
         *           "blocking": false
         *         }
         *       ],
         *       "nextCursor": null
         *     }
         */
        RelationshipList: {
            /** @description One for each user that is found. */
            items: components["schemas"]["Relationship"][];
            /** @description Always null: the list is whole. */
            nextCursor: string | null;
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90a1b",
         *           "item": "Explorer",
         *           "amount": 990,
         *           "currency": "EUR",
         *           "status": "paid",
         *           "purchasedAt": "2026-11-23T09:30:00.000Z",
         *           "refundedAt": null
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        PurchasePage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["Purchase"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description Something a user paid for, or tried to.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "item": "Explorer",
         *       "amount": 990,
         *       "currency": "EUR",
         *       "status": "paid",
         *       "purchasedAt": "2026-11-23T09:30:00.000Z",
         *       "refundedAt": null
         *     }
         */
        Purchase: {
            /** @description What admins refund it by. */
            id: string;
            /** @description What was bought. */
            item: string;
            /**
             * Format: int64
             * @description In minor units of the currency: cents, yen.
             */
            amount: number;
            /** @description ISO 4217. */
            currency: string;
            /**
             * @description `refunded` is final.
             * @enum {string}
             */
            status: "pending" | "paid" | "failed" | "refunded";
            /**
             * Format: date-time
             * @description When it was paid.
             * @example 2026-11-23T09:30:00.000Z
             */
            purchasedAt: string | null;
            /**
             * Format: date-time
             * @description Null: it was not.
             * @example 2026-11-23T09:30:00.000Z
             */
            refundedAt: string | null;
        };
        /**
         * @description A purchase that was not made by Clerk Billing.
         * @example {
         *       "userId": "6741f0c2a4b5c6d7e8f90a1b",
         *       "item": "Explorer",
         *       "amount": 990,
         *       "currency": "EUR",
         *       "reference": "shop-2026-1187",
         *       "reason": "Ticket 4711: bought in the old shop"
         *     }
         */
        PurchaseCreation: {
            /** @description The `id` of the user who bought it. */
            userId: string;
            /** @description What was bought. */
            item: string;
            /**
             * Format: int64
             * @description In minor units of the currency: cents, yen.
             */
            amount: number;
            /** @description ISO 4217. */
            currency: string;
            /**
             * @description What is known of it.
             * @default paid
             * @enum {string}
             */
            status?: "pending" | "paid" | "failed";
            /**
             * Format: date-time
             * @description When it was paid; left out, it is now. Only of a purchase that is `paid`.
             * @example 2026-11-23T09:30:00.000Z
             */
            purchasedAt?: string;
            /** @description The order's number at the other source. Makes a repeat harmless. */
            reference?: string;
            /** @description Kept in the audit log, which outlives the account: name nobody in it. */
            reason: string;
        };
        /**
         * @description The caller's own profile.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "clerkId": "user_2demoAmaliaRodrigues000001",
         *       "email": "amalia@example.com",
         *       "firstName": "Amália",
         *       "lastName": "Reis",
         *       "username": "amalia_1f0c2a4b",
         *       "profilePicture": "",
         *       "bio": "Slow travel, fast trains.",
         *       "homeCountry": "PT",
         *       "visibility": "public",
         *       "role": "user",
         *       "followersCount": 31,
         *       "followingCount": 12,
         *       "wishlistCount": 4,
         *       "createdAt": "2026-11-23T09:30:00.000Z",
         *       "updatedAt": "2026-11-24T18:05:11.000Z"
         *     }
         */
        Me: {
            /** @description What every other address of this API calls the user. */
            id: string;
            /** @description The token's `sub`. Null for users without Clerk. */
            clerkId: string | null;
            /** @description Clerk's primary e-mail address. Null: signed up by phone, or by a provider that tells none. */
            email: string | null;
            /** @description As in Clerk; `Unknown` when Clerk has none. */
            firstName: string;
            /** @description As in Clerk, or empty. */
            lastName: string;
            /** @description Unique. At first Clerk's own, if it may be had here, or generated; changed by `PATCH`. */
            username: string;
            /** @description An address, or empty. */
            profilePicture: string;
            /** @description What the user says about themselves, or empty. */
            bio: string;
            /** @description ISO 3166-1 alpha-2, or `XK`. */
            homeCountry: string | null;
            /**
             * @description A private account shows its network and wishlist to accepted followers only.
             * @enum {string}
             */
            visibility: "public" | "private";
            /**
             * @description From Clerk's public metadata; no request changes it.
             * @enum {string}
             */
            role: "user" | "admin";
            /**
             * Format: int64
             * @description Without those who only asked.
             */
            followersCount: number;
            /**
             * Format: int64
             * @description Without those who were only asked.
             */
            followingCount: number;
            /**
             * Format: int64
             * @description Countries on the wishlist, visited ones too.
             */
            wishlistCount: number;
            /**
             * Format: date-time
             * @description Of the user here, not of the account in Clerk.
             * @example 2026-11-23T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the profile was changed last.
             * @example 2026-11-23T09:30:00.000Z
             */
            updatedAt: string;
        };
        /**
         * @description What is left out stays as it is.
         * @example {
         *       "bio": "Slow travel, fast trains.",
         *       "homeCountry": "PT"
         *     }
         */
        MeChange: {
            /** @description Must be free, else 409 `username_taken`: neither taken, nor reserved, nor given up by another user a short time ago. The one of before is held back for the caller. */
            username?: string;
            /** @description Changed in Clerk first. Something of it must be visible. */
            firstName?: string;
            /** @description Changed in Clerk first; may be empty. Empty when nothing of it is visible. */
            lastName?: string;
            /** @description May be empty. Empty when nothing of it is visible. */
            bio?: string;
            /** @description ISO 3166-1 alpha-2, `XK`, or null; case does not matter. */
            homeCountry?: string | null;
            /**
             * @description A private account shows its network and wishlist to accepted followers only. Going public accepts all who have asked.
             * @enum {string}
             */
            visibility?: "public" | "private";
        };
        /**
         * @description The account is closed; the rest goes on behind it.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "state": "archived",
         *       "receiptUrl": "/api/v2/deletion-receipts/6741f0c2a4b5c6d7e8f90a1bJ0qvS9dWm3cJm3Qh0H0rkV2l2Jw8jQz3m2xO5rT7y1U"
         *     }
         */
        DeletionAccepted: {
            /**
             * @description Of the deletion; it is not the user's.
             * @example 6741f0c2a4b5c6d7e8f90a1b
             */
            id: string;
            /**
             * @description How far the deletion is. `archived`: the account is closed, and nobody gets in or finds it any more. `completed`: nothing refers to it.
             * @enum {string}
             */
            state: "archived" | "clerk_deleted" | "purchases_archived" | "graph_erased" | "traces_erased" | "completed";
            /** @description Where the receipt is, relative to the server. Unguessable; needs no token. */
            receiptUrl: string;
        };
        /**
         * @description All data of one user. Other users appear by their id only.
         * @example {
         *       "exportedAt": "2026-11-25T12:00:00.000Z",
         *       "profile": {
         *         "id": "6741f0c2a4b5c6d7e8f90a1b",
         *         "clerkId": "user_2demoAmaliaRodrigues000001",
         *         "email": "amalia@example.com",
         *         "firstName": "Amália",
         *         "lastName": "Reis",
         *         "username": "amalia_1f0c2a4b",
         *         "profilePicture": "",
         *         "bio": "Slow travel, fast trains.",
         *         "homeCountry": "PT",
         *         "visibility": "public",
         *         "role": "user",
         *         "followersCount": 31,
         *         "followingCount": 12,
         *         "wishlistCount": 4,
         *         "createdAt": "2026-11-23T09:30:00.000Z",
         *         "updatedAt": "2026-11-24T18:05:11.000Z"
         *       },
         *       "account": {
         *         "activeOn": "2026-11-25T00:00:00.000Z",
         *         "banned": false,
         *         "suspendedAt": null,
         *         "revokedSessions": [],
         *         "tokensFrom": null
         *       },
         *       "wishlist": [
         *         {
         *           "countryCode": "JP",
         *           "note": "Cherry blossom",
         *           "priority": 1,
         *           "visited": false,
         *           "addedAt": "2026-11-23T09:30:00.000Z"
         *         }
         *       ],
         *       "following": [
         *         {
         *           "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *           "since": "2026-11-23T09:41:00.000Z"
         *         }
         *       ],
         *       "followers": [
         *         {
         *           "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *           "since": "2026-11-23T09:41:00.000Z"
         *         }
         *       ],
         *       "sentFollowRequests": [],
         *       "receivedFollowRequests": [],
         *       "blocks": [],
         *       "purchases": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90a1b",
         *           "item": "Explorer",
         *           "amount": 990,
         *           "currency": "EUR",
         *           "status": "paid",
         *           "purchasedAt": "2026-11-23T09:30:00.000Z",
         *           "refundedAt": null
         *         }
         *       ],
         *       "auditEvents": []
         *     }
         */
        Export: {
            /**
             * Format: date-time
             * @description When the export began.
             * @example 2026-11-23T09:30:00.000Z
             */
            exportedAt: string;
            profile: components["schemas"]["Me"];
            /** @description What else is kept with the profile. */
            account: {
                /**
                 * Format: date-time
                 * @description The day of the last request.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                activeOn: string | null;
                /** @description In Clerk. */
                banned: boolean;
                /**
                 * Format: date-time
                 * @description Since when an admin keeps the user out.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                suspendedAt: string | null;
                /** @description Sessions that ended, until their last token has. */
                revokedSessions: {
                    sid: string;
                    /**
                     * Format: date-time
                     * @example 2026-11-23T09:30:00.000Z
                     */
                    until: string;
                }[];
                /**
                 * Format: date-time
                 * @description Tokens issued until then are refused: too many sessions had ended.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                tokensFrom: string | null;
            };
            /** @description All countries on the wishlist. */
            wishlist: {
                /**
                 * @description ISO 3166-1 alpha-2, or `XK`.
                 * @example JP
                 */
                countryCode: string;
                /** @description For the owner and whoever may see the list, or empty. */
                note: string;
                /**
                 * Format: int32
                 * @description 1 is the most wanted; null is none.
                 */
                priority: number | null;
                /** @description Has been there: no longer counts as wanted. */
                visited: boolean;
                /**
                 * Format: date-time
                 * @description When it was put on the list first.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                addedAt: string;
            }[];
            /** @description Whom I follow. */
            following: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Who follows me. */
            followers: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Whom I have asked to follow. */
            sentFollowRequests: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Who has asked to follow me. */
            receivedFollowRequests: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Whom I block. */
            blocks: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description All purchases, whatever became of them. */
            purchases: components["schemas"]["Purchase"][];
            /** @description What admins did to the account. */
            auditEvents: {
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                at: string;
                /**
                 * @description What was done.
                 * @enum {string}
                 */
                action: "deleted_user.searched" | "deleted_user.read" | "deleted_user.changed" | "deleted_user.purged" | "user.deleted" | "user.suspended" | "user.unsuspended" | "purchase.created" | "purchase.refunded" | "webhook_event.replayed" | "webhook_event.dismissed";
                reason: string | null;
            }[];
        };
        /**
         * @description Why an admin deletes an account.
         * @example {
         *       "reason": "policy_violation",
         *       "notes": "Spam, third warning."
         *     }
         */
        AdminDeletion: {
            /**
             * @description Kept in archive and tombstone.
             * @enum {string}
             */
            reason: "admin_action" | "policy_violation";
            /** @description Kept in the archive. */
            notes?: string;
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90a1b",
         *           "clerkId": "user_2demoAmaliaRodrigues000001",
         *           "deletedAt": "2026-11-25T12:00:00.000Z",
         *           "reason": "user_requested",
         *           "state": "archived",
         *           "userData": {
         *             "email": "amalia@example.com",
         *             "username": "amalia_1f0c2a4b",
         *             "firstName": "Amália",
         *             "lastName": "Reis"
         *           },
         *           "purchases": [
         *             {
         *               "id": "6741f0c2a4b5c6d7e8f90a1b",
         *               "item": "Explorer",
         *               "amount": 990,
         *               "currency": "EUR",
         *               "status": "paid",
         *               "purchasedAt": "2026-11-23T09:30:00.000Z",
         *               "refundedAt": null
         *             }
         *           ],
         *           "purchasesCount": 1,
         *           "notes": null,
         *           "legalHold": false,
         *           "purgeAt": "2029-11-24T12:00:00.000Z",
         *           "purgedAt": null
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        DeletedUserPage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["DeletedUser"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description What is kept of a deleted account.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "clerkId": "user_2demoAmaliaRodrigues000001",
         *       "deletedAt": "2026-11-25T12:00:00.000Z",
         *       "reason": "user_requested",
         *       "state": "archived",
         *       "userData": {
         *         "email": "amalia@example.com",
         *         "username": "amalia_1f0c2a4b",
         *         "firstName": "Amália",
         *         "lastName": "Reis"
         *       },
         *       "purchases": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90a1b",
         *           "item": "Explorer",
         *           "amount": 990,
         *           "currency": "EUR",
         *           "status": "paid",
         *           "purchasedAt": "2026-11-23T09:30:00.000Z",
         *           "refundedAt": null
         *         }
         *       ],
         *       "purchasesCount": 1,
         *       "notes": null,
         *       "legalHold": false,
         *       "purgeAt": "2029-11-24T12:00:00.000Z",
         *       "purgedAt": null
         *     }
         */
        DeletedUser: {
            /** @description Also the `id` of the deletion's receipt. */
            id: string;
            /** @description Null once the archive is purged. */
            clerkId: string | null;
            /**
             * Format: date-time
             * @description From then on the account was closed.
             * @example 2026-11-23T09:30:00.000Z
             */
            deletedAt: string;
            /**
             * @description `user_requested`: by the user, here or in Clerk. The others: by an admin.
             * @enum {string}
             */
            reason: "user_requested" | "admin_action" | "policy_violation";
            /**
             * @description `deleting`: the deletion is still under way. `archived`: kept for refunds and law. `purged`: nothing personal is left. `tombstone`: there never was an archive, the account had no user here.
             * @enum {string}
             */
            state: "deleting" | "archived" | "purged" | "tombstone";
            /**
             * @description The user as it was. Null: purged, or a tombstone.
             * @example {
             *       "email": "marvin@example.com",
             *       "username": "marvin",
             *       "firstName": "Marvin",
             *       "lastName": ""
             *     }
             */
            userData: {
                [key: string]: unknown;
            } | null;
            /** @description The newest 20; all of them by `GET /admin/deleted-users/{id}/purchases`. */
            purchases: components["schemas"]["Purchase"][];
            /**
             * Format: int64
             * @description All of them.
             */
            purchasesCount: number;
            /** @description By admins, for admins. Purged with the archive. */
            notes: string | null;
            /** @description Not to be purged. */
            legalHold: boolean;
            /**
             * Format: date-time
             * @description When its retention is over, `DELETED_USER_RETENTION_DAYS` after the deletion by the setting of then; a shorter setting since makes it earlier, a longer one changes nothing. From then on it is purged, by itself or by an admin (`DELETED_USER_PURGE`), unless it is under a legal hold. Null: nothing to purge (any more).
             * @example 2026-11-23T09:30:00.000Z
             */
            purgeAt: string | null;
            /**
             * Format: date-time
             * @description Null while the archive is kept.
             * @example 2026-11-23T09:30:00.000Z
             */
            purgedAt: string | null;
        };
        /**
         * @description What is left out stays as it is.
         * @example {
         *       "notes": "Refund of 2026-11 is disputed.",
         *       "legalHold": true
         *     }
         */
        ArchiveChange: {
            /** @description Null removes them. */
            notes?: string | null;
            /** @description While true, nobody purges the archive. */
            legalHold?: boolean;
        };
        /**
         * @description Why the archive is purged; may be left out.
         * @example {
         *       "reason": "Ticket 4711: erasure request"
         *     }
         */
        Purge: {
            /** @description Kept in the audit log, which outlives the account: name nobody in it. */
            reason?: string;
        };
        /**
         * @description How far a deletion is; once it is completed, with a statement that proves it.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "state": "graph_erased",
         *       "requestedAt": "2026-11-25T12:00:00.000Z",
         *       "completedAt": null,
         *       "erased": {
         *         "users": 1,
         *         "wishlists": 1,
         *         "purchases": 2,
         *         "follows": 31
         *       },
         *       "kept": [
         *         {
         *           "what": "archive",
         *           "why": "Profile and purchases, seen by administrators only: for refunds, bookkeeping and legal claims. Erased after that date, unless the law or a dispute demands more.",
         *           "until": "2029-11-24T12:00:00.000Z"
         *         }
         *       ],
         *       "statement": null
         *     }
         */
        DeletionReceipt: {
            /**
             * @description Of the deletion; it is not the user's.
             * @example 6741f0c2a4b5c6d7e8f90a1b
             */
            id: string;
            /**
             * @description How far the deletion is. `archived`: the account is closed, and nobody gets in or finds it any more. `completed`: nothing refers to it.
             * @enum {string}
             */
            state: "archived" | "clerk_deleted" | "purchases_archived" | "graph_erased" | "traces_erased" | "completed";
            /**
             * Format: date-time
             * @description From then on the account was closed.
             * @example 2026-11-23T09:30:00.000Z
             */
            requestedAt: string;
            /**
             * Format: date-time
             * @description Null until it is.
             * @example 2026-11-23T09:30:00.000Z
             */
            completedAt: string | null;
            /**
             * @description How many documents were erased, moved to the archive or made anonymous so far, by collection.
             * @example {
             *       "users": 1,
             *       "wishlists": 1,
             *       "purchases": 2,
             *       "follows": 31
             *     }
             */
            erased: {
                [key: string]: number;
            };
            /** @description What outlives the account, and why. */
            kept: {
                /** @enum {string} */
                what: "archive" | "tombstone";
                why: string;
                /**
                 * Format: date-time
                 * @description When its retention is over, and it is erased unless it is under a legal hold. Fixed at the deletion: it may become earlier, but never later than the promised date in the statement. Null: for good.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                until: string | null;
            }[];
            /** @description From `completed` on: the signed statement, a JWT (ES256), with the date that was fixed at the deletion. Verify it with the keys at `/.well-known/jwks.json`; `sub` is the SHA-256 of the Clerk user id, `jti` the `id` here. */
            statement: string | null;
        };
        /**
         * @description JSON Web Key Set (RFC 7517).
         * @example {
         *       "keys": [
         *         {
         *           "kty": "EC",
         *           "crv": "P-256",
         *           "alg": "ES256",
         *           "use": "sig",
         *           "kid": "Uo3q8r0xK1mS4vB7nY2wZ5tE9hJ6cL0aD3fG8iPqRsk",
         *           "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         *           "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
         *         }
         *       ]
         *     }
         */
        JwkSet: {
            /** @description Public keys (ES256). */
            keys: ({
                kty: string;
                kid: string;
                alg: string;
            } & {
                [key: string]: unknown;
            })[];
        };
        /**
         * @description A page of a list.
         * @example {
         *       "items": [
         *         {
         *           "id": "6741f0c2a4b5c6d7e8f90b00",
         *           "at": "2026-11-23T09:30:00.000Z",
         *           "actorId": "6741f0c2a4b5c6d7e8f90a1b",
         *           "action": "user.suspended",
         *           "target": {
         *             "type": "user",
         *             "id": "6741f0c2a4b5c6d7e8f90a2c"
         *           },
         *           "reason": "Ticket 4711: harassment",
         *           "details": {},
         *           "requestId": "0192f3c1-7a5e-7c64-9d1b-2f6f0f6f9a3e"
         *         }
         *       ],
         *       "nextCursor": "q0Zk1V7hJm5b2cXr9sT3uYw8AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPp"
         *     }
         */
        AuditEventPage: {
            /** @description As many as `limit`, unless it is the last page. Where very many rows in turn are hidden from the caller, a page before it may have fewer, even none. */
            items: components["schemas"]["AuditEvent"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description Something done by an admin. Never removed; whoever it names becomes their archive when their account is deleted.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90b00",
         *       "at": "2026-11-23T09:30:00.000Z",
         *       "actorId": "6741f0c2a4b5c6d7e8f90a1b",
         *       "action": "user.suspended",
         *       "target": {
         *         "type": "user",
         *         "id": "6741f0c2a4b5c6d7e8f90a2c"
         *       },
         *       "reason": "Ticket 4711: harassment",
         *       "details": {},
         *       "requestId": "0192f3c1-7a5e-7c64-9d1b-2f6f0f6f9a3e"
         *     }
         */
        AuditEvent: {
            /** @description Of the row. */
            id: string;
            /**
             * Format: date-time
             * @description When it was committed, with its effect.
             * @example 2026-11-23T09:30:00.000Z
             */
            at: string;
            /** @description Who did it: a user's id; once that account is deleted, its archive's. Null: the service itself. */
            actorId: string | null;
            /**
             * @description What was done.
             * @enum {string}
             */
            action: "deleted_user.searched" | "deleted_user.read" | "deleted_user.changed" | "deleted_user.purged" | "user.deleted" | "user.suspended" | "user.unsuspended" | "purchase.created" | "purchase.refunded" | "webhook_event.replayed" | "webhook_event.dismissed";
            /** @description What it was done to. Of a user whose account is deleted, it is the archive. Null: a search that found nothing. */
            target: {
                /** @enum {string} */
                type: "user" | "deleted_user" | "purchase" | "webhook_event";
                id: string;
            } | null;
            /** @description As the admin gave it, if they did. */
            reason: string | null;
            /** @description More of the action, by its kind. Nothing personal. */
            details: {
                [key: string]: string;
            };
            /** @description The `X-Request-Id` it was done with. */
            requestId: string | null;
        };
        /**
         * @description All is well.
         * @example {
         *       "status": "ok"
         *     }
         */
        Health: {
            /**
             * @description Anything else is a problem with status 503.
             * @enum {string}
             */
            status: "ok";
        };
        /**
         * @description What an error means.
         * @example {
         *       "type": "/problems/username-taken",
         *       "code": "username_taken",
         *       "status": 409,
         *       "title": "Username taken",
         *       "explanation": "Another user has this username or has given it up a short time ago, or it is reserved. Choose another one."
         *     }
         */
        ProblemType: {
            /** @description As in the error: the address of this page, relative to the server. */
            type: string;
            /** @description What clients branch on. */
            code: string;
            /**
             * Format: int64
             * @description The HTTP status it comes with.
             */
            status: number;
            /** @description In a few words. */
            title: string;
            /** @description What happened, and what a caller can do. */
            explanation: string;
        };
        /** @description An error (RFC 9457). */
        Problem: {
            /** @description Address of the explanation, relative to the server. */
            type: string;
            /** @description Of the code, in a few words. For people. */
            title: string;
            /**
             * Format: int64
             * @description The HTTP status.
             */
            status: number;
            /** @description What happened, and what a caller can do. For people; may change. */
            detail: string;
            /** @description Names this occurrence; holds the request id. */
            instance: string;
            /**
             * @description What clients branch on.
             * @enum {string}
             */
            code: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted" | "forbidden" | "account_suspended" | "wishlist_private" | "network_private" | "user_not_found" | "not_found" | "method_not_allowed" | "validation_failed" | "invalid_cursor" | "missing_svix_headers" | "invalid_signature" | "username_taken" | "already_refunded" | "not_refundable" | "legal_hold" | "cannot_follow_self" | "cannot_block_self" | "follow_limit_reached" | "unknown_country" | "user_sync_failed" | "payload_too_large" | "unsupported_media_type" | "request_timeout" | "expectation_failed" | "headers_too_large" | "rate_limited" | "overloaded" | "dependency_unavailable" | "internal_error";
            /** @description The `X-Request-Id` of the answer: quote it to whoever runs the service. */
            requestId: string;
            /** @description With `validation_failed`: each violation, by JSON pointer. */
            errors?: {
                pointer: string;
                detail: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    receiveClerkWebhook: {
        parameters: {
            query?: never;
            header: {
                /** @description Space-separated `v1,<base64 HMAC-SHA256>`. */
                "svix-signature": string;
                /** @description Seconds since the epoch, at most five minutes off. */
                "svix-timestamp": string;
                /** @description Names the delivery; the same on every retry. */
                "svix-id": string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description Clerk's event. */
        requestBody: {
            content: {
                "application/json": {
                    type: string;
                    data: Record<string, never>;
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Taken, now or before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookReceived"];
                };
            };
            /** @description Missing Svix headers, or: Invalid signature, or: Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "missing_svix_headers" | "invalid_signature" | "validation_failed";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only deliveries with this outcome. */
                state?: "applied" | "ignored" | "rolled_back" | "dead_letter" | "dismissed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEventPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    replayWebhookEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A `svix-id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What became of it now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    dismissWebhookEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A `svix-id`. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The delivery, dismissed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEvent"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listMyWishlist: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description Languages wanted, best first (RFC 9110). English when none can be had. */
                "Accept-Language"?: string;
                /** @description The `ETag` of the answer that the caller has: 304 when it is still the same. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of countries. */
            200: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistPage"];
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    putOnMyWishlist: {
        parameters: {
            query?: never;
            header?: {
                /** @description Languages wanted, best first (RFC 9110). English when none can be had. */
                "Accept-Language"?: string;
            };
            path: {
                /** @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter. */
                countryCode: string;
            };
            cookie?: never;
        };
        /** @description May be left out. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WishlistChange"];
            };
        };
        responses: {
            /** @description It was on the list; changed as asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistItem"];
                };
            };
            /** @description Added. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistItem"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description Unknown country, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_country" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    removeFromMyWishlist: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter. */
                countryCode: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is not on the list (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description Unknown country, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_country" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listWishlist: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: {
                /** @description Languages wanted, best first (RFC 9110). English when none can be had. */
                "Accept-Language"?: string;
                /** @description The `ETag` of the answer that the caller has: 304 when it is still the same. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of countries. */
            200: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistPage"];
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Wishlist is private, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "wishlist_private" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listCountries: {
        parameters: {
            query?: never;
            header?: {
                /** @description Languages wanted, best first (RFC 9110). English when none can be had. */
                "Accept-Language"?: string;
                /** @description The `ETag` of the answer that the caller has: 304 when it is still the same. */
                "If-None-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All countries. */
            200: {
                headers: {
                    /** @description The language of the names. */
                    "Content-Language"?: string;
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountryList"];
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded";
                    };
                };
            };
        };
    };
    getCountry: {
        parameters: {
            query?: never;
            header?: {
                /** @description Languages wanted, best first (RFC 9110). English when none can be had. */
                "Accept-Language"?: string;
                /** @description The `ETag` of the answer that the caller has: 304 when it is still the same. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The country. */
            200: {
                headers: {
                    /** @description The language of the names. */
                    "Content-Language"?: string;
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Country"];
                };
            };
            /** @description What the caller has is still right. */
            304: {
                headers: {
                    /** @description Of the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded";
                    };
                };
            };
        };
    };
    listCountryPeople: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter. */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    follow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Followed, or asked. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FollowState"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Cannot follow yourself, or: Follow limit reached, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cannot_follow_self" | "follow_limit_reached" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    unfollow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller does not follow the user (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    removeFollower: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user does not follow the caller (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listFollowRequests: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description `received`: who asks to follow me. `sent`: whom I have asked. */
                direction?: "received" | "sent";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    acceptFollowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user follows me now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Relationship"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found, or: Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found" | "not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    declineFollowRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description There is no request of this user (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listBlocks: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    block: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is blocked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Cannot block yourself, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "cannot_block_self" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    unblock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is not blocked (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    searchUsers: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Exactly this name; upper and lower case are one. */
                username?: string;
                /** @description What the name begins with. */
                q?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listRelationships: {
        parameters: {
            query: {
                /** @description Repeated for each user, at most 100 times. */
                userId: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The relationships. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RelationshipList"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The card. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCard"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listFollowers: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Followers are private, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "network_private" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listFollowing: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserCardPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Followers are private, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "network_private" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listMyPurchases: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchasePage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    createPurchase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurchaseCreation"];
            };
        };
        responses: {
            /** @description It was recorded before under this reference. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            /** @description Recorded. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    refundPurchase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a purchase, as lists of purchases give it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The refunded purchase. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Already refunded, or: Not refundable */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "already_refunded" | "not_refundable";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description My profile. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    deleteMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted; the account is closed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionAccepted"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    changeMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MeChange"];
            };
        };
        responses: {
            /** @description My profile after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "account_suspended";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Username taken */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "username_taken";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description Unknown country, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unknown_country" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    exportMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Export"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    suspendUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The user is suspended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    unsuspendUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description The user is not suspended (any more). */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a user, as this API gave it: for example in `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdminDeletion"];
            };
        };
        responses: {
            /** @description Accepted; the account is closed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionAccepted"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listDeletedUsers: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description The deleted account of this Clerk id. Works by its hash, so also after a purge. */
                clerkId?: string;
                /** @description In upper or lower case. An address may have had several accounts. Finds no purged ones. */
                email?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedUserPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getDeletedUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a deleted user, as `GET /admin/deleted-users` gives it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The archive, or what is left of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedUser"];
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    changeDeletedUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a deleted user, as `GET /admin/deleted-users` gives it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ArchiveChange"];
            };
        };
        responses: {
            /** @description The archive as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedUser"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    purgeDeletedUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `id` of a deleted user, as `GET /admin/deleted-users` gives it. */
                id: string;
            };
            cookie?: never;
        };
        /** @description May be left out. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Purge"];
            };
        };
        responses: {
            /** @description What is left. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletedUser"];
                };
            };
            /** @description Validation failed */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Request timeout */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "request_timeout";
                    };
                };
            };
            /** @description Under legal hold */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "legal_hold";
                    };
                };
            };
            /** @description Payload too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_too_large";
                    };
                };
            };
            /** @description Unsupported media type */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    listDeletedUserPurchases: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The `id` of a deleted user, as `GET /admin/deleted-users` gives it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchasePage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getDeletionReceipt: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The end of `receiptUrl`. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The receipt. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionReceipt"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getReceiptKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwkSet"];
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getAccountDeletionPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page in English. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded";
                    };
                };
            };
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description `nextCursor` of the page before. */
                cursor?: string;
                /** @description Only what this user, or the user behind this archive, did. */
                actorId?: string;
                /** @description Only what was done to this: the id of a user, archive, purchase or webhook event. */
                targetId?: string;
                /** @description Only actions of this kind. */
                action?: "deleted_user.searched" | "deleted_user.read" | "deleted_user.changed" | "deleted_user.purged" | "user.deleted" | "user.suspended" | "user.unsuspended" | "purchase.created" | "purchase.refunded" | "webhook_event.replayed" | "webhook_event.dismissed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            /** @description Validation failed, or: Invalid cursor */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "validation_failed" | "invalid_cursor";
                    };
                };
            };
            /** @description Authentication required, or: Invalid token, or: Token expired, or: Session revoked, or: Account deleted */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted";
                    };
                };
            };
            /** @description Forbidden, or: Account suspended */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "forbidden" | "account_suspended";
                    };
                };
            };
            /** @description User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable, or: Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable" | "overloaded";
                    };
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Temporarily unavailable */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "dependency_unavailable";
                    };
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description `Bearer <METRICS_TOKEN>` */
                Authorization?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All metrics of this instance. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Authentication required, or: Invalid token */
            401: {
                headers: {
                    /** @description RFC 6750, `error_description` is the code. */
                    "WWW-Authenticate"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unauthenticated" | "invalid_token";
                    };
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
        };
    };
    getProblemType: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The code, with dashes. */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemType"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "not_found";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The same budget: what is left of it (`r`), and seconds until it is reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: of the user. `address`: of requests without a token. `refused`: of requests with a bad token. A good token counts for its `subject` only. `expensive`: of the user, for calls that are marked so. With `qu="concurrent-requests"`, the quota is of requests under way at the same time. */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "rate_limited";
                    };
                };
            };
            /** @description Internal error */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "internal_error";
                    };
                };
            };
            /** @description Overloaded */
            503: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "overloaded";
                    };
                };
            };
        };
    };
}
