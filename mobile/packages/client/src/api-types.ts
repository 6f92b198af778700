// Made by `npm run openapi` from openapi.json: the types of clients, for openapi-fetch and its kin.

export interface paths {
    "/api/v2/admin/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the actions of admins, newest first
         * @description Filters can be combined. Contains every action of an admin, and every read of an archive of a deleted account.
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
         * Receive a webhook from Clerk
         * @description Called by Svix for Clerk. Authenticated by the signature over the raw body. A delivery has its effect once: repeats of a `svix-id` are 200 and change nothing. After 503, Svix retries.
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
         * List webhook deliveries, newest first
         * @description Kept for 90 days. `state=dead_letter` lists the deliveries that can be replayed.
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
         * Replay a dead letter
         * @description For use after its cause is fixed. Payloads are kept for 30 days. If it fails again, it stays a dead letter. Recorded in the audit log.
         *
         *     Has its own limit, a tenth of the usual one.
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
         * Dismiss a dead letter
         * @description For a dead letter that a replay would not help. Erases its payload, so it can no longer be replayed. Repeating it is harmless. Recorded in the audit log once.
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
         * List your wishlist
         * @description Newest first by default, visited countries included. Names are in the language of `Accept-Language`. With `If-None-Match`, the answer is 304 while nothing has changed.
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
         * Add a country to your wishlist, or change it there
         * @description Repeating it is harmless: the country keeps its position, and the given fields are changed.
         */
        put: operations["putOnMyWishlist"];
        post?: never;
        /**
         * Remove a country from your wishlist
         * @description Removes its note, priority and visited as well. Repeating it is harmless.
         */
        delete: operations["removeFromMyWishlist"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v2/users/me/wishlist/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add many countries to your wishlist, or change them there
         * @description Like one request for each item, in their order, but by one write. A bad item fails alone, unless `atomic`. Repeating it is harmless. The `wishlist` of an export can be sent as `items`.
         *
         *     The body may have 1 MB.
         *
         *     Has its own limit, a tenth of the usual one.
         */
        post: operations["putBatchOnMyWishlist"];
        delete?: never;
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
         * List a user's wishlist
         * @description Newest first by default, visited countries included. Only accepted followers see the wishlist of a private account.
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
         * List all countries
         * @description One page of 250 countries, named and sorted in the language of `Accept-Language`.
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
         * Get a country
         * @description Its name in the language of `Accept-Language`, and how many users want to go there.
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
         * List the users you follow who want to go there
         * @description Only users you follow who have the country on their wishlist, not visited; newest accounts first.
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
         * @description A private account gets a follow request. Idempotent. 403 `forbidden` for a user that the caller blocks.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
         */
        put: operations["follow"];
        post?: never;
        /**
         * Unfollow a user
         * @description Withdraws a follow request as well. Idempotent. It also works for a suspended or banned user that the caller follows or has asked to follow; repeated, it is then 404 `user_not_found`.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
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
         * @description The follower is not notified and may follow or ask again; block the user to prevent that. Idempotent.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
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
         * List follow requests, newest first
         * @description Pending requests to me, or pending requests that I have sent. Making my account public accepts all requests to me.
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
         * @description Idempotent.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
         */
        put: operations["acceptFollowRequest"];
        post?: never;
        /**
         * Decline a follow request
         * @description The user is not notified and may ask again. Idempotent. It does not remove an accepted follower.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
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
         * List the users I block, newest first
         * @description Without users who are suspended or banned; they return when the suspension or ban is lifted.
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
         * @description Removes follows and follow requests in both directions. For the blocked user, my account no longer exists. I still see theirs, so that I can unblock it. Idempotent.
         *
         *     A user may have 20 changes of follows and 20 blocks waiting; the next one is 429 `rate_limited` and changes nothing.
         */
        put: operations["block"];
        post?: never;
        /**
         * Unblock a user
         * @description Removed follows are not restored. Idempotent. It also works for a suspended or banned user that the caller blocks; repeated, it is then 404 `user_not_found`.
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
         * Find users by username
         * @description With `username`: the user of exactly this username, or an empty page. With `q`: users whose usernames begin with it, in alphabetical order. A user whose username changes between two pages may appear twice or not at all.
         *
         *     Has its own limit, a tenth of the usual one.
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
         * List my relationships to users
         * @description Up to 100 users per request. Answers in the order of the request, each user once, without users that are not found.
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
         * Get a user
         * @description The public card, with the relationship to the caller. Users who are unknown, deleted, suspended or banned, and users who block the caller, get the same 404.
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
         * List the followers of a user, newest first
         * @description Without pending follow requests. Only accepted followers see the network of a private account.
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
         * List the users that a user follows, newest first
         * @description Without pending follow requests. Only accepted followers see the network of a private account.
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
         * List your purchases, newest first
         * @description Purchases by Clerk Billing, from its webhooks, and purchases that admins recorded.
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
         * Record a purchase that was not made by Clerk Billing
         * @description Purchases by Clerk Billing are recorded by its webhooks. With a `reference`, a repeat with the same user, item, amount and currency finds the purchase and changes nothing. A reference of any other purchase, also of a deleted account, is 400 `validation_failed` at `/reference`. Recorded in the audit log.
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
         * @description Only records the refund: the money is paid back at its source. Also for purchases of deleted accounts, until their archive is purged. A refund is final; later events of Clerk Billing change nothing. Recorded in the audit log.
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
         * Get your profile
         * @description The first request of a new account creates its user; no webhook needs to have arrived.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        /**
         * Delete your account
         * @description Permanent, in Clerk as well. When this is answered, no one can sign in to the account or find it. The remaining data is erased in the background; the receipt shows the progress. Repeated while the token is valid, it answers the same.
         */
        delete: operations["deleteMe"];
        options?: never;
        head?: never;
        /**
         * Change your profile
         * @description Omitted fields stay unchanged. Names are changed in Clerk as well.
         *
         *     Has its own limit, a tenth of the usual one.
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
         * Export all your data
         * @description One JSON document, streamed as an attachment. Also for suspended users. A second export at the same time is 429. The connection ends before the JSON is complete when the caller takes less than 64 kB in 15 seconds, or the account is deleted meanwhile.
         *
         *     Has its own limit, a tenth of the usual one.
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
         * @description Takes effect with the next request, on every instance: all routes answer the user 403 `account_suspended`, except exporting and deleting the account, and the user is invisible to others until the suspension is lifted. Repeating it keeps the first date. Admins can suspend each other, but not themselves: 403 `forbidden`.
         */
        put: operations["suspendUser"];
        post?: never;
        /**
         * Lift the suspension of a user
         * @description Does not lift a ban in Clerk. Repeating it is harmless.
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
         * Delete the account of a user
         * @description Does the same as `DELETE /users/me`, with a reason by an admin. Repeated until the deletion is completed, it answers the same. For the own account of the admin it is 403 `forbidden`: use `DELETE /users/me`.
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
         * List deleted accounts, newest first
         * @description Lists all of them, or those of a Clerk id or an e-mail address. The audit log records which admin saw which archive, but not the address that was searched for.
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
         * Get what is kept of a deleted account
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
         * @description Recorded in the audit log, without the text of the notes. 404 `not_found` also when no archive is left: notes could only bring personal data back, and a legal hold would be too late.
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
         * @description Erases Clerk id, user data, purchases and notes. Keeps a hash of the Clerk id, the reason and the dates: the account can never be created again, and its deletion can be proven. Repeating it is harmless. 404 `not_found` also for a tombstone that never had an archive.
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
         * List all purchases of a deleted account, newest first
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
         * Get the progress of a deletion and its signed statement
         * @description Only the answer to the deletion contains this address. Ask again until `state` is `completed`, which usually takes half a minute.
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
         * List the public keys of deletion receipts
         * @description Includes keys that signed earlier receipts.
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
         * Show what deleting an account does
         * @description The page that app stores require.
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
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Liveness probe
         * @description Does not ask MongoDB: a process must not be restarted because its database is away.
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
         * Readiness probe
         * @description 503 while MongoDB does not answer within two seconds, while the database user lacks a privilege, while a unique index is missing, and during the shutdown. `detail` says which.
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
         * Get the metrics for Prometheus
         * @description In the text format. Requires `Authorization: Bearer <METRICS_TOKEN>` if one is configured; without one it is open in development and 404 in production.
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
         * Explain an error code
         * @description The `type` of every problem is the URL of such a page.
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
            items: components["schemas"]["AuditEvent"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description An action of an admin. Never removed; after the deletion of a user it refers to the archive instead.
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
            /** @description The id of the row. */
            id: string;
            /**
             * Format: date-time
             * @description When it was committed, together with its effect.
             * @example 2026-11-23T09:30:00.000Z
             */
            at: string;
            /** @description The id of the admin's user; after the deletion of that account, of its archive. Null: the service itself. */
            actorId: string | null;
            /**
             * @description What was done.
             * @enum {string}
             */
            action: "deleted_user.searched" | "deleted_user.read" | "deleted_user.changed" | "deleted_user.purged" | "user.deleted" | "user.suspended" | "user.unsuspended" | "purchase.created" | "purchase.refunded" | "webhook_event.replayed" | "webhook_event.dismissed";
            /** @description What the action was about. After the deletion of a user, the archive. Null: a search that found nothing. */
            target: {
                /** @enum {string} */
                type: "user" | "deleted_user" | "purchase" | "webhook_event";
                id: string;
            } | null;
            /** @description As the admin gave it. Null without one. */
            reason: string | null;
            /** @description More about the action, by its kind. Nothing personal. */
            details: {
                [key: string]: string;
            };
            /** @description The `X-Request-Id` of the request. */
            requestId: string | null;
        };
        /**
         * @description The delivery was accepted.
         * @example {
         *       "received": true
         *     }
         */
        WebhookReceived: {
            /** @description Always true; Svix reads only the status. */
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
            items: components["schemas"]["WebhookEvent"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description A webhook delivery by Clerk and its outcome.
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
             * @description `ignored`: it concerns nothing here. `rolled_back`: the account was deleted, because its user can never be saved. `dead_letter`: it could not be handled and can be replayed for 30 days. `dismissed`: a dead letter that an admin dismissed; its payload is erased.
             * @enum {string}
             */
            outcome: "applied" | "ignored" | "rolled_back" | "dead_letter" | "dismissed";
            /**
             * Format: date-time
             * @description When it was first received.
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
            /** @description Kept in the audit log, which outlives the account: it must not name a person. */
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
            items: components["schemas"]["WishlistItem"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description A country on a wishlist.
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
             * @description In the language of `Accept-Language`.
             * @example Japan
             */
            name: string;
            /** @description Visible to everyone who may see the list. Empty without one. */
            note: string;
            /**
             * Format: int32
             * @description 1 is the most wanted; null: no priority.
             */
            priority: number | null;
            /** @description The user has been there; the country does not count as wanted. */
            visited: boolean;
            /**
             * Format: date-time
             * @description When it was added.
             * @example 2026-11-23T09:30:00.000Z
             */
            addedAt: string;
        };
        /**
         * @description Omitted fields stay unchanged. Defaults of a new item: empty note, no priority, not visited.
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
             * @description 1 is the most wanted; null: no priority.
             */
            priority?: number | null;
            /** @description The user has been there. */
            visited?: boolean;
        };
        /**
         * @description Countries for a wishlist, for example all of an export.
         * @example {
         *       "items": [
         *         {
         *           "countryCode": "JP",
         *           "note": "Cherry blossom",
         *           "addedAt": "2026-11-23T09:30:00.000Z"
         *         },
         *         {
         *           "countryCode": "PE",
         *           "priority": 2
         *         }
         *       ]
         *     }
         */
        WishlistBatch: {
            /** @description Applied in this order: of two items with one country, the later one wins in its fields. */
            items: components["schemas"]["WishlistBatchItem"][];
            /** @description False by default. True: with a bad item, nothing is written and the answer is 422 `batch_failed`. */
            atomic?: boolean;
        };
        /**
         * @description A country to add, or to change. Omitted fields stay unchanged. Defaults of a new item: empty note, no priority, not visited.
         * @example {
         *       "countryCode": "JP",
         *       "note": "Cherry blossom",
         *       "addedAt": "2026-11-23T09:30:00.000Z"
         *     }
         */
        WishlistBatchItem: {
            /**
             * @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter.
             * @example JP
             */
            countryCode: string;
            /** @description May be empty. */
            note?: string;
            /**
             * Format: int32
             * @description 1 is the most wanted; null: no priority.
             */
            priority?: number | null;
            /** @description The user has been there. */
            visited?: boolean;
            /**
             * Format: date-time
             * @description When it was added; now by default, and for a time in the future. At the earliest 1970. A country that is on the list keeps its own.
             * @example 2026-11-23T09:30:00.000Z
             */
            addedAt?: string;
            /** @description Ignored, so that a `WishlistItem` is accepted. */
            name?: string;
        };
        /**
         * @description What a batch did.
         * @example {
         *       "items": [
         *         {
         *           "countryCode": "JP",
         *           "status": "added",
         *           "item": {
         *             "countryCode": "JP",
         *             "name": "Japan",
         *             "note": "Cherry blossom",
         *             "priority": 1,
         *             "visited": false,
         *             "addedAt": "2026-11-23T09:30:00.000Z"
         *           }
         *         },
         *         {
         *           "countryCode": "ZZ",
         *           "status": "failed",
         *           "problem": {
         *             "code": "unknown_country",
         *             "detail": "Country codes are ISO 3166-1 alpha-2, plus `XK`. `GET /api/v2/countries` lists them."
         *           }
         *         }
         *       ]
         *     }
         */
        WishlistBatchResult: {
            /** @description For each item of the batch, in its order. */
            items: components["schemas"]["WishlistBatchItemResult"][];
        };
        /**
         * @description What became of an item of a batch: `item` as it is after it, or the `problem`.
         * @example {
         *       "countryCode": "JP",
         *       "status": "added",
         *       "item": {
         *         "countryCode": "JP",
         *         "name": "Japan",
         *         "note": "Cherry blossom",
         *         "priority": 1,
         *         "visited": false,
         *         "addedAt": "2026-11-23T09:30:00.000Z"
         *       }
         *     }
         */
        WishlistBatchItemResult: {
            /**
             * @description Of a failed item as it was sent; empty when it was not text.
             * @example JP
             */
            countryCode: string;
            /**
             * @description `unchanged`: it was on the list, with these fields. `failed`: see `problem`.
             * @enum {string}
             */
            status: "added" | "changed" | "unchanged" | "failed";
            item?: components["schemas"]["WishlistItem"];
            /** @description Why the item failed. Only if it did. */
            problem?: {
                /**
                 * @description Clients branch on this.
                 * @enum {string}
                 */
                code: "unknown_country" | "validation_failed";
                /** @description For people; may change. */
                detail: string;
            };
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
            /** @description All countries, in alphabetical order of the language. */
            items: components["schemas"]["Country"][];
            /** @description Always null: the list is complete. */
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
             * @description In the language of `Accept-Language`.
             * @example Japan
             */
            name: string;
            /**
             * Format: int64
             * @description How many users have it on their wishlist, not visited. Counted every few seconds; null for fewer than 5 and before the first count.
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
            items: components["schemas"]["UserCard"][];
            /** @description The `cursor` of the next page. Null on the last one. */
            nextCursor: string | null;
        };
        /**
         * @description The public profile of a user.
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
            /** @description The `userId` of all other operations. */
            id: string;
            /** @description Unique; may change. */
            username: string;
            /** @description `Unknown` when Clerk has none. */
            firstName: string;
            /** @description May be empty. */
            lastName: string;
            /** @description A URL, or empty. */
            profilePicture: string;
            /** @description A short text by the user; may be empty. */
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
         * @description The relationship between the caller and a user.
         * @example {
         *       "userId": "6741f0c2a4b5c6d7e8f90a2c",
         *       "following": true,
         *       "requested": false,
         *       "followedBy": false,
         *       "blocking": false
         *     }
         */
        Relationship: {
            /** @description The other user. */
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
         * @description The result of following a user.
         * @example {
         *       "state": "requested"
         *     }
         */
        FollowState: {
            /**
             * @description `requested`: the account is private and must accept first.
             * @enum {string}
             */
            state: "following" | "requested";
        };
        /**
         * @description In the order of the request, without users that are not found.
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
            /** @description One relationship per user that is found. */
            items: components["schemas"]["Relationship"][];
            /** @description Always null: the list is complete. */
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
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
            /** @description Admins refund the purchase by this id. */
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
             * @description Null: not refunded.
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
             * @description The state of the payment.
             * @default paid
             * @enum {string}
             */
            status?: "pending" | "paid" | "failed";
            /**
             * Format: date-time
             * @description When it was paid; now by default. Only for `paid` purchases.
             * @example 2026-11-23T09:30:00.000Z
             */
            purchasedAt?: string;
            /** @description The order's number at the source. Makes a repeat harmless. */
            reference?: string;
            /** @description Kept in the audit log, which outlives the account: it must not name a person. */
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
         *       "followRequestsCount": 0,
         *       "wishlistCount": 4,
         *       "createdAt": "2026-11-23T09:30:00.000Z",
         *       "updatedAt": "2026-11-24T18:05:11.000Z"
         *     }
         */
        Me: {
            /** @description The id of the user in all paths of this API. */
            id: string;
            /** @description The token's `sub`. Null for users without Clerk. */
            clerkId: string | null;
            /** @description Clerk's primary e-mail address. Null without one, for example after signing up by phone. */
            email: string | null;
            /** @description As in Clerk; `Unknown` when Clerk has none. */
            firstName: string;
            /** @description As in Clerk, or empty. */
            lastName: string;
            /** @description Unique. At first Clerk's, if it is allowed and free, or generated; `PATCH` changes it. */
            username: string;
            /** @description A URL, or empty. */
            profilePicture: string;
            /** @description A text by the user, or empty. */
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
             * @description Without pending follow requests.
             */
            followersCount: number;
            /**
             * Format: int64
             * @description Without pending follow requests.
             */
            followingCount: number;
            /**
             * Format: int64
             * @description Pending requests to follow the caller. Includes those by suspended users, which `GET /users/me/follow-requests` omits.
             */
            followRequestsCount: number;
            /**
             * Format: int64
             * @description Countries on the wishlist, including visited ones.
             */
            wishlistCount: number;
            /**
             * Format: date-time
             * @description When the user was created here, not the account in Clerk.
             * @example 2026-11-23T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description When the profile was last changed.
             * @example 2026-11-23T09:30:00.000Z
             */
            updatedAt: string;
        };
        /**
         * @description Omitted fields stay unchanged.
         * @example {
         *       "bio": "Slow travel, fast trains.",
         *       "homeCountry": "PT"
         *     }
         */
        MeChange: {
            /** @description 409 `username_taken` for a name that is taken, reserved, or was given up by another user a short time ago. The old name is held for the caller. */
            username?: string;
            /** @description Changed in Clerk first. Must have a visible character. */
            firstName?: string;
            /** @description Changed in Clerk first. May be empty; stored as empty without a visible character. */
            lastName?: string;
            /** @description May be empty; stored as empty without a visible character. */
            bio?: string;
            /** @description ISO 3166-1 alpha-2, `XK`, or null; case does not matter. */
            homeCountry?: string | null;
            /**
             * @description A private account shows its network and wishlist to accepted followers only. Going public accepts all pending follow requests.
             * @enum {string}
             */
            visibility?: "public" | "private";
        };
        /**
         * @description The account is closed; the remaining steps run in the background.
         * @example {
         *       "id": "6741f0c2a4b5c6d7e8f90a1b",
         *       "state": "archived",
         *       "receiptUrl": "/api/v2/deletion-receipts/6741f0c2a4b5c6d7e8f90a1bJ0qvS9dWm3cJm3Qh0H0rkV2l2Jw8jQz3m2xO5rT7y1U"
         *     }
         */
        DeletionAccepted: {
            /**
             * @description The id of the deletion, not of the user.
             * @example 6741f0c2a4b5c6d7e8f90a1b
             */
            id: string;
            /**
             * @description How far the deletion is. `archived`: the account is closed; no one can sign in to it or find it. `completed`: nothing refers to it.
             * @enum {string}
             */
            state: "archived" | "clerk_deleted" | "purchases_archived" | "graph_erased" | "traces_erased" | "completed";
            /** @description Address of the receipt, relative to the server. Unguessable; needs no token. */
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
         *         "followRequestsCount": 0,
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
            /** @description What else is stored about the user. */
            account: {
                /**
                 * Format: date-time
                 * @description The day of the last request.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                activeOn: string | null;
                /** @description Banned in Clerk. */
                banned: boolean;
                /**
                 * Format: date-time
                 * @description When an admin suspended the user. Null: not suspended.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                suspendedAt: string | null;
                /** @description Ended sessions whose tokens have not expired. */
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
                 * @description Tokens issued until then are refused, because too many sessions had ended.
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
                /** @description Visible to everyone who may see the list. Empty without one. */
                note: string;
                /**
                 * Format: int32
                 * @description 1 is the most wanted; null: no priority.
                 */
                priority: number | null;
                /** @description The user has been there; the country does not count as wanted. */
                visited: boolean;
                /**
                 * Format: date-time
                 * @description When it was added.
                 * @example 2026-11-23T09:30:00.000Z
                 */
                addedAt: string;
            }[];
            /** @description Users you follow. */
            following: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Users who follow you. */
            followers: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Users you have asked to follow. */
            sentFollowRequests: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Users who have asked to follow you. */
            receivedFollowRequests: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description Users you block. */
            blocks: {
                userId: string;
                /**
                 * Format: date-time
                 * @example 2026-11-23T09:30:00.000Z
                 */
                since: string;
            }[];
            /** @description All purchases, in any state. */
            purchases: components["schemas"]["Purchase"][];
            /** @description Actions of admins about the account. */
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
             * @description Kept in the archive and the tombstone.
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
            /** @description As many as `limit`, except on the last page. If many rows in a row are hidden from the caller, other pages may have fewer or none. */
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
            /** @description Also the `id` in the deletion's receipt. */
            id: string;
            /** @description Null once the archive is purged. */
            clerkId: string | null;
            /**
             * Format: date-time
             * @description When the account was closed.
             * @example 2026-11-23T09:30:00.000Z
             */
            deletedAt: string;
            /**
             * @description `user_requested`: by the user, here or in Clerk. The others: by an admin.
             * @enum {string}
             */
            reason: "user_requested" | "admin_action" | "policy_violation";
            /**
             * @description `deleting`: the deletion is not completed. `archived`: kept for refunds and law. `purged`: nothing personal is left. `tombstone`: there never was an archive, because the account had no user here.
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
             * @description Number of all purchases.
             */
            purchasesCount: number;
            /** @description Written by admins, shown to admins only. Purged with the archive. */
            notes: string | null;
            /** @description While true, the archive is not purged. */
            legalHold: boolean;
            /**
             * Format: date-time
             * @description When its retention ends: `DELETED_USER_RETENTION_DAYS` after the deletion, by the setting at that time. A shorter setting makes it earlier, a longer one changes nothing. After it the archive is purged automatically or by an admin (`DELETED_USER_PURGE`), unless it is under a legal hold. Null: nothing to purge.
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
         * @description Omitted fields stay unchanged.
         * @example {
         *       "notes": "Refund of 2026-11 is disputed.",
         *       "legalHold": true
         *     }
         */
        ArchiveChange: {
            /** @description Null removes them. */
            notes?: string | null;
            /** @description While true, the archive is not purged. */
            legalHold?: boolean;
        };
        /**
         * @description Why the archive is purged. Optional.
         * @example {
         *       "reason": "Ticket 4711: erasure request"
         *     }
         */
        Purge: {
            /** @description Kept in the audit log, which outlives the account: it must not name a person. */
            reason?: string;
        };
        /**
         * @description The progress of a deletion; when it is completed, with a signed statement.
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
             * @description The id of the deletion, not of the user.
             * @example 6741f0c2a4b5c6d7e8f90a1b
             */
            id: string;
            /**
             * @description How far the deletion is. `archived`: the account is closed; no one can sign in to it or find it. `completed`: nothing refers to it.
             * @enum {string}
             */
            state: "archived" | "clerk_deleted" | "purchases_archived" | "graph_erased" | "traces_erased" | "completed";
            /**
             * Format: date-time
             * @description When the account was closed.
             * @example 2026-11-23T09:30:00.000Z
             */
            requestedAt: string;
            /**
             * Format: date-time
             * @description Null until the deletion is completed.
             * @example 2026-11-23T09:30:00.000Z
             */
            completedAt: string | null;
            /**
             * @description Documents that were erased, moved to the archive or made anonymous so far, by collection.
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
            /** @description What is kept after the deletion, and why. */
            kept: {
                /** @enum {string} */
                what: "archive" | "tombstone";
                why: string;
                /**
                 * Format: date-time
                 * @description When its retention ends; it is then erased unless it is under a legal hold. Fixed at the deletion: it may become earlier, but never later than the date in the statement. Null: for good.
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
         * @description The check passed.
         * @example {
         *       "status": "ok"
         *     }
         */
        Health: {
            /**
             * @description A check that fails is a problem with status 503.
             * @enum {string}
             */
            status: "ok";
        };
        /**
         * @description The explanation of an error code.
         * @example {
         *       "type": "/problems/username-taken",
         *       "code": "username_taken",
         *       "status": 409,
         *       "title": "Username taken",
         *       "explanation": "Another user has this username or gave it up a short time ago, or it is reserved. Choose another one."
         *     }
         */
        ProblemType: {
            /** @description The `type` of the problem: the URL of this page, relative to the server. */
            type: string;
            /** @description Clients branch on this. */
            code: string;
            /**
             * Format: int64
             * @description The HTTP status of the problem.
             */
            status: number;
            /** @description The code in a few words. */
            title: string;
            /** @description What happened and what a caller can do. */
            explanation: string;
        };
        /** @description An error (RFC 9457). */
        Problem: {
            /** @description URL of the explanation, relative to the server. */
            type: string;
            /** @description The code in a few words. For people. */
            title: string;
            /**
             * Format: int64
             * @description The HTTP status.
             */
            status: number;
            /** @description What happened and what a caller can do. For people; may change. */
            detail: string;
            /** @description Identifies this occurrence; contains the request id. */
            instance: string;
            /**
             * @description Clients branch on this.
             * @enum {string}
             */
            code: "unauthenticated" | "invalid_token" | "token_expired" | "session_revoked" | "account_deleted" | "forbidden" | "account_suspended" | "wishlist_private" | "network_private" | "user_not_found" | "not_found" | "method_not_allowed" | "validation_failed" | "invalid_cursor" | "missing_svix_headers" | "invalid_signature" | "username_taken" | "already_refunded" | "not_refundable" | "legal_hold" | "cannot_follow_self" | "cannot_block_self" | "follow_limit_reached" | "unknown_country" | "batch_failed" | "user_sync_failed" | "payload_too_large" | "unsupported_media_type" | "request_timeout" | "expectation_failed" | "headers_too_large" | "rate_limited" | "overloaded" | "dependency_unavailable" | "internal_error";
            /** @description The `X-Request-Id` of the answer: quote it to support. */
            requestId: string;
            /** @description With `validation_failed` and `batch_failed`: each violation, by JSON pointer. */
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
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description Only actions of this user, or of the deleted user of this archive. */
                actorId?: string;
                /** @description Only actions about this user, archive, purchase or webhook event. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
    receiveClerkWebhook: {
        parameters: {
            query?: never;
            header: {
                /** @description Space-separated `v1,<base64 HMAC-SHA256>`. */
                "svix-signature": string;
                /** @description Seconds since the epoch, at most five minutes off. */
                "svix-timestamp": string;
                /** @description Identifies the delivery; the same on every retry. */
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
            /** @description Accepted, now or before. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The delivery with its new outcome. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The dismissed delivery. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description Only countries that are visited, or only those that are not. */
                visited?: boolean;
                /** @description `addedAt`: newest first. `priority`: 1 first, without priority last. `name`: alphabetical in the language of `Accept-Language`. Ties are in the order of `countryCode`. */
                sort?: "addedAt" | "priority" | "name";
            };
            header?: {
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
                /** @description The `ETag` of an earlier answer: 304 if it is unchanged. */
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
                    /** @description Identifies the content (RFC 9110), weak. */
                    ETag?: string;
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistPage"];
                };
            };
            /** @description The earlier answer is still valid. */
            304: {
                headers: {
                    /** @description Identifies the content (RFC 9110), weak. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
            };
            path: {
                /** @description ISO 3166-1 alpha-2 code, or `XK`; case does not matter. */
                countryCode: string;
            };
            cookie?: never;
        };
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WishlistChange"];
            };
        };
        responses: {
            /** @description Changed; it was on the list. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistItem"];
                };
            };
            /** @description Added. */
            201: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The country is not on the list. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
    putBatchOnMyWishlist: {
        parameters: {
            query?: never;
            header?: {
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WishlistBatch"];
            };
        };
        responses: {
            /** @description What became of each item. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistBatchResult"];
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
            /** @description Batch failed, or: User could not be created */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "batch_failed" | "user_sync_failed";
                    };
                };
            };
            /** @description Too many requests */
            429: {
                headers: {
                    /** @description Seconds to wait. */
                    "Retry-After"?: number;
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description Only countries that are visited, or only those that are not. */
                visited?: boolean;
                /** @description `addedAt`: newest first. `priority`: 1 first, without priority last. `name`: alphabetical in the language of `Accept-Language`. Ties are in the order of `countryCode`. */
                sort?: "addedAt" | "priority" | "name";
            };
            header?: {
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
                /** @description The `ETag` of an earlier answer: 304 if it is unchanged. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of countries. */
            200: {
                headers: {
                    /** @description Identifies the content (RFC 9110), weak. */
                    ETag?: string;
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WishlistPage"];
                };
            };
            /** @description The earlier answer is still valid. */
            304: {
                headers: {
                    /** @description Identifies the content (RFC 9110), weak. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
                /** @description The `ETag` of an earlier answer: 304 if it is unchanged. */
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
                    /** @description Identifies the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountryList"];
                };
            };
            /** @description The earlier answer is still valid. */
            304: {
                headers: {
                    /** @description Identifies the content (RFC 9110), weak. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description Preferred languages, best first (RFC 9110). English when none is available. */
                "Accept-Language"?: string;
                /** @description The `ETag` of an earlier answer: 304 if it is unchanged. */
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
                    /** @description Identifies the content (RFC 9110), weak. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Country"];
                };
            };
            /** @description The earlier answer is still valid. */
            304: {
                headers: {
                    /** @description Identifies the content (RFC 9110), weak. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is followed or has a follow request. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller does not follow the user. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user does not follow the caller. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description `received`: requests to me. `sent`: requests by me. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user follows me. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This user has no pending request. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is blocked. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller does not block the user. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description Exactly this username, in upper or lower case. */
                username?: string;
                /** @description The beginning of usernames, in upper or lower case. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The card. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of cards. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The purchase with this reference, recorded before. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Purchase"];
                };
            };
            /** @description Recorded. */
            201: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a purchase, from a list of purchases. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The profile. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The profile after the change. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
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
            /** @description The user is not suspended. */
            204: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `id` of a user in any answer of this API: for example of `GET /users/{userId}/followers` with your own id. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
                cursor?: string;
                /** @description Only the deleted account of this Clerk id. Compared by its hash, so it also finds purged ones. */
                clerkId?: string;
                /** @description Only deleted accounts with this e-mail address; case does not matter. Does not find purged ones. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
            /** @description The archive, or the tombstone that is left of it. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
        /** @description Optional. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Purge"];
            };
        };
        responses: {
            /** @description The tombstone. */
            200: {
                headers: {
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The `nextCursor` of the previous page. */
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
                    /** @description `true` if this request created the user. Absent otherwise. Errors may have it, too. */
                    "X-User-Created"?: string;
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                /** @description The last part of `receiptUrl`. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The process is alive. */
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
            /** @description The instance can serve requests. */
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
                    /** @description The rest of that budget (`r`) and the seconds until its reset (`t`). */
                    RateLimit?: string;
                    /** @description The budget that is used up, with its quota (`q`) per window of seconds (`w`). `subject`: requests of the user. `address`: requests without a token. `refused`: requests with a bad token. A good token counts only for its `subject`. `expensive`: calls of the user with a limit of their own. With `qu="concurrent-requests"`, the quota is for concurrent requests. */
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
