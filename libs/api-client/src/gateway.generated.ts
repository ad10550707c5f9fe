// Generated from the OpenAPI document of the gateway: npm run api-client. Do not edit.
export interface paths {
    "/v1/partners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an organisation; opens its primary account
         * @description No sign-in.
         */
        post: operations["registerPartner"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where you are signed in
         * @description Signed in.
         */
        get: operations["listSessions"];
        put?: never;
        /**
         * Sign in
         * @description No sign-in.
         */
        post: operations["signIn"];
        /**
         * Sign out everywhere else: ends all your sessions but this one
         * @description Signed in.
         */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/current": {
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
         * Sign out: ends the session on the server
         * @description Signed in.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
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
         * End one of your sessions
         * @description Signed in.
         */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/password-resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have a link for a new password sent to whoever has forgotten theirs
         * @description No sign-in.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/password-resets/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with a link; it works once, and all sessions end
         * @description No sign-in.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/invitations/acceptance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation by setting your own password; its link works once
         * @description No sign-in.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/email-verifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove with the link that was sent there that an e-mail address reaches you
         * @description No sign-in.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account that is signed in
         * @description Signed in.
         */
        get: operations["getAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/api-access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switch API access on or off for this account
         * @description Role `global_admin`.
         */
        put: operations["setApiAccess"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/tokens": {
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
         * End the live session tokens of all keys of this account; they get new ones
         * @description Role `global_admin`.
         */
        delete: operations["revokeAccountTokens"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your own password; your other sessions end
         * @description Signed in.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept the policy and complete the set-up of a sandbox account
         * @description Role `global_admin`.
         */
        post: operations["completeSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/domain-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The DNS record that proves the domain, and whether it has been seen
         * @description Signed in.
         */
        get: operations["getDomainVerification"];
        put?: never;
        /**
         * Look for the DNS record that proves the domain
         * @description Role `global_admin`.
         */
        post: operations["verifyDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People of this account
         * @description Signed in.
         */
        get: operations["listPeople"];
        put?: never;
        /**
         * Add somebody to this account
         * @description Role `global_admin`.
         */
        post: operations["addPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/account/users/{id}": {
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
         * Remove somebody from this account; their sessions end
         * @description Role `global_admin`.
         */
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        /**
         * Give somebody of this account another role; it holds at once
         * @description Role `global_admin`.
         */
        patch: operations["changeRole"];
        trace?: never;
    };
    "/v1/account/users/{id}/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send somebody who was invited a new link; the one before ends
         * @description Role `global_admin`.
         */
        post: operations["inviteAgain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description Signed in.
         */
        get: operations["getOwnPerson"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change what you are called, and the language of mails to you
         * @description Signed in.
         */
        patch: operations["updateOwnPerson"];
        trace?: never;
    };
    "/v1/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Have mail sent to another address, once it is proved; the present one takes that back
         * @description Signed in.
         */
        put: operations["changeEmail"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/email-verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the link sent once more that proves your address
         * @description Signed in.
         */
        post: operations["requestEmailVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The state of the sandbox, and whether this person may create it
         * @description Signed in.
         */
        get: operations["getSandbox"];
        put?: never;
        /**
         * Ask for the integration sandbox account; a notification tells when it is there
         * @description Role `global_admin`.
         */
        post: operations["requestSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sandbox/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The policy that is accepted with the set-up of the sandbox, and its version
         * @description Signed in.
         */
        get: operations["getSandboxPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose portal this is: name, contact, policy, usual review times, calendar
         * @description No sign-in.
         */
        get: operations["getProvider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provider/policies/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A policy that holds, or held
         * @description No sign-in.
         */
        get: operations["getProviderPolicy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/provider/logo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The provider's logo
         * @description No sign-in.
         */
        get: operations["getProviderLogo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Products with their plans
         * @description Signed in.
         */
        get: operations["listProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A product with its plans
         * @description Signed in.
         */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The organisation's subscriptions, seen alike from both accounts
         * @description Signed in.
         */
        get: operations["listSubscriptions"];
        put?: never;
        /**
         * Subscribe to a plan
         * @description Role `developer` or `global_admin`.
         */
        post: operations["createSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A subscription: phase, notices, and what production still waits for
         * @description Signed in.
         */
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        /**
         * Cancel a subscription that has no production keys; its keys end
         * @description Role `developer` or `global_admin`.
         */
        delete: operations["cancelSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/cancellation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a subscription that is in production; its keys stop at once
         * @description Role `global_admin`.
         */
        post: operations["cancelInProduction"];
        /**
         * Take a cancellation back while there is time; the keys get tokens again
         * @description Role `global_admin`.
         */
        delete: operations["restoreSubscription"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/test-data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The sandbox test data the provider has set
         * @description Signed in.
         */
        get: operations["getTestData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The submission form in force, or one that was answered; 404 where the plan has none
         * @description Signed in.
         */
        get: operations["getForm"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that happened to the subscription: what, who, when, notes
         * @description Signed in.
         */
        get: operations["getTimeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/submissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was submitted, newest first, each with its answers and the decision
         * @description Signed in.
         */
        get: operations["listSubmissions"];
        put?: never;
        /**
         * Submit for review
         * @description Role `developer` or `global_admin`.
         */
        post: operations["submitForReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/nudge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask, once, what has become of a submission
         * @description Role `developer` or `global_admin`.
         */
        post: operations["nudgeReview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The submission in the making, as somebody of either account saved it last; 404: none
         * @description Signed in.
         */
        get: operations["getDraft"];
        /**
         * Save the submission in the making, for all people of both accounts
         * @description Role `developer` or `global_admin`.
         */
        put: operations["saveDraft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What both sides have written about its review, newest first
         * @description Signed in.
         */
        get: operations["listReviewMessages"];
        put?: never;
        /**
         * Write to those who review it; text alone, without attachments
         * @description Role `developer` or `global_admin`.
         */
        post: operations["sendReviewMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{id}/withdrawal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a submission back to the sandbox
         * @description Role `developer` or `global_admin`.
         */
        post: operations["withdrawSubmission"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's keys, masked
         * @description Signed in.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make an access key; the only time its secret is shown
         * @description Role `developer` or `global_admin`.
         *
         *     In production, while review or payment is missing: 409 `identity.production_locked`, whose `reasons` are all that the production card lists, those of the account among them (`api_access_off`, `not_eligible`, `suspended`). Once the account alone is in the way: 403 `identity.not_eligible`, whose `reasons` say why it is not (`suspended` among them), and where it is eligible 409 `identity.api_access_off`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A key, masked
         * @description Signed in.
         */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Delete a key; from the answer on it gets no token
         * @description Role `developer` or `global_admin`.
         */
        delete: operations["deleteKey"];
        options?: never;
        head?: never;
        /**
         * Rename a key
         * @description Role `developer` or `global_admin`.
         */
        patch: operations["renameKey"];
        trace?: never;
    };
    "/v1/keys/{id}/expiry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set when a key expires
         * @description Role `developer` or `global_admin`.
         *
         *     Rotating its secret does not change that; regenerating does: the new pair expires as the plan has it.
         */
        put: operations["setKeyExpiry"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/allowed-addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set from where a key may be used
         * @description Role `developer` or `global_admin`.
         *
         *     Tokens carry the ranges of when they were made. Where an address is left out that was allowed, the live ones end, and clients get new ones.
         */
        put: operations["setAllowedAddresses"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/regeneration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new pair; from the answer on the previous one gets no token
         * @description Role `developer` or `global_admin`.
         */
        post: operations["regenerateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new secret under the same application ID
         * @description Role `developer` or `global_admin`.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a session token in the sandbox without the secret
         * @description Role `developer` or `global_admin`.
         *
         *     A key that is stopped gets none: 409 `identity.key_stopped`, with `stopReason`; nor does one that has expired: 409 `identity.key_expired`.
         */
        post: operations["issueOwnToken"];
        /**
         * End the live session tokens of a key; it gets new ones
         * @description Role `developer` or `global_admin`.
         */
        delete: operations["revokeKeyTokens"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/milestones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far the organisation has come from sandbox to production
         * @description Signed in.
         *
         *     All milestones, each with the first time that it was reached. They are the same for the people of both accounts.
         */
        get: operations["listMilestones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's inbox, newest first, with what you have read
         * @description Signed in.
         */
        get: operations["listMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Mark everything as read, up to a message and with it
         * @description Signed in.
         */
        patch: operations["markAllRead"];
        trace?: never;
    };
    "/v1/notifications/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Mark a message as read, for yourself
         * @description Signed in.
         */
        patch: operations["markRead"];
        trace?: never;
    };
    "/v1/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What you are told by mail, and what became of the last one
         * @description Signed in.
         */
        get: operations["listPreferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/preferences/{channel}/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Switch one kind on or off, for yourself; what is essential stays on
         * @description Signed in.
         */
        put: operations["setPreference"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The account's webhooks
         * @description Signed in.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Add a webhook; the only time its secret is shown
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A webhook
         * @description Signed in.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook; nothing more is sent to it
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, switch it off or on
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/rotation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new secret; for a while both sign
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event of type `webhooks.test.v1`
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was sent to a webhook, and what is yet to be, newest first
         * @description Signed in.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{deliveryId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A delivery: its body, and how each attempt went
         * @description Signed in.
         */
        get: operations["getDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{deliveryId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again: the same id, the same body
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        post: operations["replayDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send again whatever failed, or was ended, since a time
         * @description Role `developer` or `global_admin` of a partner, `admin` of the staff.
         */
        post: operations["replayDeliveries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What has happened, oldest first, from where the reader stopped
         * @description Signed in. Or with a session token of a key: then of its subscription alone.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Every type of event there is, and its data
         * @description Signed in. Or with a session token of a key: the same for each.
         */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/notifications/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as server-sent events
         * @description Signed in. Or with a session token of a key: then of its subscription alone.
         */
        get: operations["followEvents"];
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
        NewAdmin: {
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * Format: email
             * @example ada@contoso.example
             */
            email: string;
            /**
             * Format: password
             * @example seven blue horses at noon
             */
            password: string;
        };
        Registration: {
            /** @example Integration */
            name: string;
            /**
             * Format: idn-hostname
             * @example contoso.example
             */
            domain: string;
            /** @example csp */
            programme: string;
            /** @example direct_bill */
            type: string;
            admin: components["schemas"]["NewAdmin"];
        };
        Credentials: {
            /**
             * @description `username@domain`: the domain decides the account, and so the environment.
             * @example ada
             */
            username: string;
            /**
             * Format: password
             * @example seven blue horses at noon
             */
            password: string;
        };
        PasswordResetRequest: {
            /**
             * @description `username@domain`, or an e-mail address.
             * @example ada
             */
            username: string;
        };
        NewPassword: {
            /**
             * Format: password
             * @description Of the link: what follows the #.
             * @example example
             */
            token: string;
            /**
             * Format: password
             * @example seven blue horses at noon
             */
            password: string;
        };
        Acceptance: {
            /**
             * Format: password
             * @description Of the link: what follows the #.
             * @example example
             */
            token: string;
            /**
             * Format: password
             * @example seven blue horses at noon
             */
            password: string;
        };
        Verification: {
            /**
             * Format: password
             * @description Of the link: what follows the #.
             * @example example
             */
            token: string;
        };
        ApiAccess: {
            /** @example true */
            enabled: boolean;
            /**
             * @description End the live session tokens of the account, too.
             * @default false
             * @example true
             */
            revokeTokens?: boolean;
        };
        PasswordChange: {
            /**
             * Format: password
             * @example seven blue horses at noon
             */
            current: string;
            /**
             * Format: password
             * @example nine green horses at dusk
             */
            new: string;
        };
        PolicyAcceptance: {
            /**
             * @description The sandbox is for integration testing only.
             * @example true
             * @constant
             */
            acceptPolicy: true;
            /**
             * @description The version that you read (`GET /v1/sandbox/policy`): refused where another is in force by now.
             * @example 1
             */
            policyVersion?: string;
        };
        NewAccountPerson: {
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /**
             * Format: email
             * @example ada@contoso.example
             */
            email: string;
            /**
             * @example global_admin
             * @enum {string}
             */
            role: "global_admin" | "developer";
            /**
             * Format: password
             * @description Left out: they are invited by mail, and set their own.
             * @example seven blue horses at noon
             */
            password?: string;
            /**
             * Format: language
             * @description In which mails to them are written, as far as there are words in it.
             * @example de-AT
             */
            language?: string;
        };
        RoleChange: {
            /**
             * @example global_admin
             * @enum {string}
             */
            role: "global_admin" | "developer";
        };
        OwnPersonChange: {
            /** @example Ada Lovelace */
            displayName?: string;
            /**
             * Format: language
             * @description In which mails are written (BCP 47), as far as there are words in it.
             * @example de-AT
             */
            language?: string | null;
        };
        EmailChange: {
            /**
             * Format: email
             * @example ada@contoso.example
             */
            email: string;
            /**
             * Format: password
             * @description Your own, as it is now.
             * @example seven blue horses at noon
             */
            password: string;
        };
        SandboxRequest: {
            admin: components["schemas"]["NewAdmin"];
        };
        NewSubscription: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            planId: string;
            /** @example Integration */
            name: string;
        };
        Cancellation: {
            /**
             * @description The name of the subscription.
             * @example Integration
             */
            confirm: string;
            /**
             * @description `false`: the live session tokens of its keys live until they expire.
             * @default true
             * @example true
             */
            revokeTokens?: boolean;
        };
        ChangeResponseInput: {
            /**
             * @description The `id` of the note.
             * @example example
             */
            item: string;
            /** @example true */
            addressed: boolean;
            /**
             * @description How it was addressed, or why not.
             * @example example
             */
            comment: string;
        };
        Submission: {
            /**
             * @description `{<stepId>: {…}}`, as the form of the plan asks.
             * @default {}
             */
            answers?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /**
             * @description Of the form that is answered: 409 if another is in force. Left out: whichever is in force.
             * @example 1
             */
            formVersion?: number | null;
            /** @description One to each note that the last decision, if it requested changes, has pinned to a field. */
            responses?: components["schemas"]["ChangeResponseInput"][];
        };
        DraftInput: {
            /** @description `{<stepId>: {…}}`. Nothing has to be complete or valid yet. */
            answers: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /**
             * @description Of the form that it is to answer. Left out: of the one in force.
             * @example 1
             */
            formVersion?: number | null;
            /**
             * Format: uuid
             * @description Of the draft that was read: 409 with the other, in `draft`, if somebody has saved it since. Left out: there was none.
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            version?: string | null;
        };
        NewMessage: {
            /**
             * @description Text alone: nothing can be attached.
             * @example Switch on API access to make keys.
             */
            text: string;
        };
        NewKey: {
            /**
             * @description A label, for your own use.
             * @example Integration
             */
            name: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            subscriptionId: string;
            /**
             * Format: date-time
             * @description When it expires: not later than the plan has it, which holds where this is left out.
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt?: string | null;
            /**
             * @description From where it and its tokens may be used: IPv4 and IPv6 addresses, or ranges of them in CIDR notation. Left out: from anywhere.
             * @example [
             *       "example"
             *     ]
             */
            allowedAddresses?: string[];
        };
        KeyName: {
            /** @example Integration */
            name: string;
        };
        KeyExpiry: {
            /**
             * Format: date-time
             * @description In whole seconds, and not later than the plan has it. Null: as the plan has it.
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt: string | null;
        };
        AllowedAddresses: {
            /**
             * @description From where it and its tokens may be used: IPv4 and IPv6 addresses, or ranges of them in CIDR notation. None: from anywhere.
             * @example [
             *       "example"
             *     ]
             */
            allowedAddresses: string[];
        };
        Renewal: {
            /**
             * @description End the live session tokens of the previous pair, too. By default they live until they expire.
             * @default false
             * @example true
             */
            revokeTokens?: boolean;
        };
        Rotation: {
            /**
             * @description End the live session tokens of the previous pair, too. By default they live until they expire.
             * @default false
             * @example true
             */
            revokeTokens?: boolean;
            /**
             * @description Seconds in which both secrets work, up to what this installation allows; 0 unless you say otherwise. Rotating again meanwhile ends the older of the two at once.
             * @example 1
             */
            overlapSeconds?: number;
        };
        ReadMarks: {
            /**
             * @example true
             * @constant
             */
            read: true;
            /**
             * Format: uuid
             * @description The newest message that was seen.
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            upTo: string;
        };
        ReadMark: {
            /**
             * @example true
             * @constant
             */
            read: true;
        };
        Choice: {
            /** @example true */
            enabled: boolean;
        };
        NewWebhook: {
            /**
             * Format: uri
             * @description https; http on this machine alone.
             * @example https://api.contoso.example/
             */
            url: string;
            /**
             * @default
             * @example Orders and their lines.
             */
            description?: string;
            /**
             * @description Types that it is sent. Null: all.
             * @default null
             * @example [
             *       "identity.partner-verified.v1"
             *     ]
             */
            events?: ("identity.partner-verified.v1" | "identity.eligibility-changed.v1" | "identity.registration-expiring.v1" | "identity.registration-expired.v1" | "identity.partner-suspended.v1" | "identity.partner-reinstated.v1" | "identity.sandbox-provisioned.v1" | "identity.sandbox-failed.v1" | "identity.sandbox-activated.v1" | "identity.api-access-changed.v1" | "identity.password-changed.v1" | "identity.rescue-started.v1" | "identity.role-changed.v1" | "identity.email-change-requested.v1" | "identity.key-created.v1" | "identity.key-regenerated.v1" | "identity.key-rotated.v1" | "identity.key-deleted.v1" | "identity.key-expiring.v1" | "identity.key-expired.v1" | "tokens.first-token.v1" | "gateway.first-call.v1" | "subscriptions.subscription-created.v1" | "subscriptions.submission-received.v1" | "subscriptions.submission-assigned.v1" | "subscriptions.first-approval-given.v1" | "subscriptions.submission-withdrawn.v1" | "subscriptions.submission-approved.v1" | "subscriptions.submission-rejected.v1" | "subscriptions.changes-requested.v1" | "subscriptions.subscription-reopened.v1" | "subscriptions.message-sent-by-staff.v1" | "subscriptions.message-sent-by-partner.v1" | "subscriptions.payment-recorded.v1" | "subscriptions.payment-undone.v1" | "subscriptions.production-unlocked.v1" | "subscriptions.production-locked.v1" | "subscriptions.subscription-cancelled.v1" | "subscriptions.subscription-restored.v1" | "subscriptions.subscription-ended.v1" | "notifications.webhook-failing.v1" | "notifications.webhook-disabled.v1")[] | null;
        };
        WebhookChange: {
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            url?: string;
            /** @example Orders and their lines. */
            description?: string;
            /**
             * @description Types that it is sent. Null: all.
             * @example [
             *       "identity.partner-verified.v1"
             *     ]
             */
            events?: ("identity.partner-verified.v1" | "identity.eligibility-changed.v1" | "identity.registration-expiring.v1" | "identity.registration-expired.v1" | "identity.partner-suspended.v1" | "identity.partner-reinstated.v1" | "identity.sandbox-provisioned.v1" | "identity.sandbox-failed.v1" | "identity.sandbox-activated.v1" | "identity.api-access-changed.v1" | "identity.password-changed.v1" | "identity.rescue-started.v1" | "identity.role-changed.v1" | "identity.email-change-requested.v1" | "identity.key-created.v1" | "identity.key-regenerated.v1" | "identity.key-rotated.v1" | "identity.key-deleted.v1" | "identity.key-expiring.v1" | "identity.key-expired.v1" | "tokens.first-token.v1" | "gateway.first-call.v1" | "subscriptions.subscription-created.v1" | "subscriptions.submission-received.v1" | "subscriptions.submission-assigned.v1" | "subscriptions.first-approval-given.v1" | "subscriptions.submission-withdrawn.v1" | "subscriptions.submission-approved.v1" | "subscriptions.submission-rejected.v1" | "subscriptions.changes-requested.v1" | "subscriptions.subscription-reopened.v1" | "subscriptions.message-sent-by-staff.v1" | "subscriptions.message-sent-by-partner.v1" | "subscriptions.payment-recorded.v1" | "subscriptions.payment-undone.v1" | "subscriptions.production-unlocked.v1" | "subscriptions.production-locked.v1" | "subscriptions.subscription-cancelled.v1" | "subscriptions.subscription-restored.v1" | "subscriptions.subscription-ended.v1" | "notifications.webhook-failing.v1" | "notifications.webhook-disabled.v1")[] | null;
            /**
             * @description `false`: nothing more is sent, and what waits is ended. `true`: it is sent what happens from now on.
             * @example true
             */
            enabled?: boolean;
        };
        SecretRotation: {
            /**
             * @description Seconds in which what is sent is signed with both secrets.
             * @default 86400
             * @example 1
             */
            overlapSeconds?: number;
        };
        DeliveriesAgain: {
            /**
             * Format: date-time
             * @description Whatever failed, or was ended, since.
             * @example 2026-11-22T09:30:00.000Z
             */
            since: string;
        };
        Problem: {
            /** @example urn:slipway:error:invalid_request */
            type: string;
            /** @example Invalid request */
            title: string;
            /** @example 400 */
            status: number;
            /** @example The request is not valid. */
            detail: string;
            /**
             * @description Stable; clients may switch on it.
             * @example invalid_request
             */
            code: string;
            /**
             * @description Where there may be more than one: all of them, such as what keeps production locked.
             * @example [
             *       "example"
             *     ]
             */
            reasons?: string[];
            /**
             * @description Of `identity.key_stopped`: `cancelled`, or `payment`.
             * @example cancelled
             */
            stopReason?: string;
            /**
             * @description Of `address_not_allowed`: where the call was seen to come from.
             * @example 203.0.113.7
             */
            address?: string;
            /** @description Of `subscriptions.draft_changed`: what was saved by somebody else, by whom and when; null: there is none any more. */
            draft?: Record<string, never> | null;
            /** @example 4bf92f3577b34da6a3ce929d0e0e4736 */
            traceId: string;
            /** @description What is wrong with which field. */
            errors?: {
                /**
                 * @description A JSON Pointer.
                 * @example /name
                 */
                pointer: string;
                /** @example This is missing. */
                detail: string;
            }[];
        };
        RegisterPartnerReply: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            partnerId: string;
            account: components["schemas"]["AccountSummary"];
        };
        AccountSummary: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment: "sandbox" | "production";
            /** @example contoso.example */
            domain: string;
            state: components["schemas"]["AccountState"];
        };
        /** @enum {string} */
        AccountState: "awaiting_setup" | "active";
        SignedIn: {
            /** @example example */
            accessToken: string;
            /** @example 7200 */
            expiresIn: number;
            account: components["schemas"]["AccountSummary"];
            person: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                id: string;
                /** @example ada */
                username: string;
                /** @example Ada Lovelace */
                displayName: string;
            };
            /**
             * @example [
             *       "global_admin"
             *     ]
             */
            roles: ("global_admin" | "developer")[];
        };
        ListSessionsReply: {
            items: components["schemas"]["Session"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        Session: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            lastUsedAt: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt: string;
            /** @example example */
            address: string | null;
            /** @example example */
            userAgent: string | null;
            /** @example true */
            current: boolean;
        };
        ResetPasswordReply: {
            account: components["schemas"]["AccountSummary"];
            /** @example ada */
            username: string;
        };
        AcceptInvitationReply: {
            account: components["schemas"]["AccountSummary"];
            /** @example ada */
            username: string;
        };
        VerifyEmailReply: {
            /** @example ada */
            username: string;
            /** @example ada@contoso.example */
            email: string;
        };
        Account: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment: "sandbox" | "production";
            /** @example contoso.example */
            domain: string;
            state: components["schemas"]["AccountState"];
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            partnerId: string;
            /** @example Contoso */
            organisation: string;
            /** @example true */
            apiAccess: boolean;
            eligibility: components["schemas"]["Eligibility"];
            /** @example 1 */
            keyLimit: number;
            /** @example 2026-11-22T09:30:00.000Z */
            policyAcceptedAt: string | null;
            /** @example 1 */
            policyVersion: string | null;
        };
        Eligibility: {
            /** @example true */
            eligible: boolean;
            reasons: components["schemas"]["EligibilityReason"][];
        };
        /** @enum {string} */
        EligibilityReason: "unverified" | "programme_not_eligible" | "type_not_eligible" | "suspended";
        EndOtherSessionsReply: {
            /** @example 1 */
            endedSessions: number;
        };
        DomainVerification: {
            /** @example contoso.example */
            domain: string;
            /** @example true */
            verified: boolean;
            registration: components["schemas"]["RegistrationState"];
            /** @example 2026-11-22T09:30:00.000Z */
            expiresAt: string | null;
            record: components["schemas"]["DomainRecord"];
        };
        /** @enum {string} */
        RegistrationState: "unconfirmed" | "confirmed" | "expired";
        DomainRecord: {
            /**
             * @example TXT
             * @constant
             */
            type: "TXT";
            /** @example Integration */
            name: string;
            /** @example example */
            value: string;
        };
        ListPeopleReply: {
            items: components["schemas"]["Person"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        Person: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /** @example ada@contoso.example */
            email: string;
            /**
             * @example global_admin
             * @enum {string}
             */
            role: "global_admin" | "developer";
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /**
             * @default false
             * @example true
             */
            emailVerified: boolean;
            /**
             * @default false
             * @example true
             */
            invited: boolean;
        };
        OwnPerson: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example ada */
            username: string;
            /** @example Ada Lovelace */
            displayName: string;
            /** @example ada@contoso.example */
            email: string;
            /**
             * @example global_admin
             * @enum {string}
             */
            role: "global_admin" | "developer";
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /**
             * @default false
             * @example true
             */
            emailVerified: boolean;
            /**
             * @default false
             * @example true
             */
            invited: boolean;
            /** @example de-AT */
            language: string | null;
            /** @example example */
            pendingEmail: string | null;
        };
        RequestSandboxReply: {
            state: components["schemas"]["SandboxState"];
            /** @example contoso.example */
            domain: string;
        };
        /** @enum {string} */
        SandboxState: "none" | "provisioning" | "awaiting_setup" | "active" | "failed";
        GetSandboxReply: {
            state: components["schemas"]["SandboxState"];
            /** @example true */
            canCreate: boolean;
            account?: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                id: string;
                /**
                 * @example sandbox
                 * @enum {string}
                 */
                environment: "sandbox" | "production";
                /** @example contoso.example */
                domain: string;
            };
            /** @example example */
            failure?: string;
        };
        GetSandboxPolicyReply: {
            /** @example 1 */
            version: string;
            /** @example Switch on API access to make keys. */
            text: string;
        };
        Provider: {
            /** @example Integration */
            name: string | null;
            contact: {
                /** @example ada@contoso.example */
                email: string | null;
                /** @example example */
                url: string | null;
            };
            policy: components["schemas"]["ProviderPolicy"] | null;
            reviewDays: components["schemas"]["ReviewDays"] | null;
            calendar: components["schemas"]["ProviderCalendar"];
            logo: {
                type: components["schemas"]["LogoType"];
                /** @example 1 */
                bytes: number;
            } | null;
        };
        ProviderPolicy: {
            /** @example 1 */
            version: string;
            /** @example Switch on API access to make keys. */
            text: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
        };
        ReviewDays: {
            /** @example 1 */
            from: number;
            /** @example 1 */
            to: number;
        };
        ProviderCalendar: {
            /**
             * Format: time-zone
             * @example Europe/Vienna
             */
            timeZone: string;
            /**
             * @example [
             *       "monday"
             *     ]
             */
            workingDays: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[];
            /** @default [] */
            holidays: components["schemas"]["Holiday"][];
        };
        Holiday: {
            /**
             * Format: date
             * @example 2026-12-25
             */
            date: string;
            /** @example Integration */
            name: string;
        };
        /** @enum {string} */
        LogoType: "image/png" | "image/jpeg" | "image/webp";
        PublicProducts: {
            items: components["schemas"]["PublicProduct"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        PublicProduct: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example Integration */
            name: string;
            /** @example orders */
            slug: string;
            /** @example Orders and their lines. */
            description: string;
            plans: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                id: string;
                /** @example Integration */
                name: string;
                /** @example true */
                sandbox: boolean;
                /** @example true */
                approval: boolean;
                price: components["schemas"]["Price"] | null;
                /**
                 * @example client_secret
                 * @constant
                 */
                credentialType: "client_secret";
                submissionForm: components["schemas"]["Form"] | null;
                /**
                 * @default null
                 * @example 1
                 */
                keyLifetimeDays: number | null;
                /** @default account */
                keySlotsPer: components["schemas"]["KeySlotsPer"];
            }[];
        };
        Price: {
            /** @example 4900 */
            amountMinor: number;
            /** @example EUR */
            currency: string;
            /**
             * @example once
             * @enum {string}
             */
            interval: "once" | "month" | "year";
        };
        Form: {
            /** @example 1 */
            version: number;
            steps: components["schemas"]["FormStep"][];
        };
        FormStep: {
            /** @example example */
            id: string;
            /** @example Your company */
            title: string;
            schema: {
                [key: string]: unknown;
            };
        };
        /** @enum {string} */
        KeySlotsPer: "account" | "subscription";
        Subscription: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example Integration */
            name: string;
            product: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                id: string;
                /** @example Integration */
                name: string;
                /** @example orders */
                slug: string;
            };
            plan: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                id: string;
                /** @example Integration */
                name: string;
                /** @example true */
                sandbox: boolean;
                /** @example true */
                hasForm: boolean;
            };
            phase: components["schemas"]["Phase"];
            /** @example true */
            changesRequested: boolean;
            steps: components["schemas"]["Step"][];
            payment: {
                state: components["schemas"]["PaymentState"];
                price: components["schemas"]["Price"] | null;
                /** @example INV-2026-0042 */
                reference: string | null;
                /** @example 2026-11-22T09:30:00.000Z */
                paidAt: string | null;
            };
            notices: components["schemas"]["Notice"][];
            /** @example true */
            canSubmit: boolean;
            submitBlockers: components["schemas"]["SubmitBlocker"][];
            production: {
                /** @example true */
                unlocked: boolean;
                reasons: components["schemas"]["ProductionBlocker"][];
                /** @example 2026-11-22T09:30:00.000Z */
                approvedAt: string | null;
            };
            cancellation: {
                /**
                 * Format: date-time
                 * @example 2026-11-22T09:30:00.000Z
                 */
                at: string;
                /** @example 2026-11-22T09:30:00.000Z */
                restorableUntil: string | null;
            } | null;
            /** @default null */
            inForce: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                submissionId: string;
                /** @example 1 */
                number: number;
                /**
                 * Format: date-time
                 * @example 2026-11-22T09:30:00.000Z
                 */
                approvedAt: string;
            } | null;
            /** @default null */
            underReview: {
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                submissionId: string;
                /** @example 1 */
                number: number;
                /**
                 * Format: date-time
                 * @example 2026-11-22T09:30:00.000Z
                 */
                submittedAt: string;
                /**
                 * @default null
                 * @example 2026-11-22T09:30:00.000Z
                 */
                nudgeFrom: string | null;
                /**
                 * @default null
                 * @example 2026-11-22T09:30:00.000Z
                 */
                nudgedAt: string | null;
            } | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
        };
        /** @enum {string} */
        Phase: "sandbox" | "in_review" | "production" | "rejected";
        Step: {
            /**
             * @example sandbox
             * @enum {string}
             */
            id: "sandbox" | "in_review" | "production";
            /** @example Your company */
            title: string;
            /**
             * @example done
             * @enum {string}
             */
            state: "done" | "current" | "upcoming" | "rejected" | "skipped";
        };
        /** @enum {string} */
        PaymentState: "not_required" | "due" | "paid";
        Notice: {
            /**
             * @example approved
             * @enum {string}
             */
            kind: "approved" | "rejected" | "changes_requested" | "reopened";
            /** @example Your company */
            title: string;
            /** @example Handle the rate limit, please. */
            notes: string | null;
            items: components["schemas"]["ShownChangeItem"][];
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            at: string;
            by: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            submissionId: string;
            /** @example 1 */
            formVersion: number | null;
        };
        ShownChangeItem: {
            /** @example company */
            stepId: string;
            /** @example company.name */
            field: string;
            /** @example example */
            pointer?: string;
            /** @example Name the company as it is registered. */
            note: string;
            /** @example example */
            id?: string;
            response?: {
                /** @example true */
                addressed: boolean;
                /** @example example */
                comment: string;
                /**
                 * Format: uuid
                 * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
                 */
                submissionId: string;
            } | null;
        };
        /** @enum {string} */
        SubmitBlocker: "in_review" | "in_production" | "rejected" | "cancelled" | "no_sandbox_key" | "submission_limit_reached";
        /** @enum {string} */
        ProductionBlocker: "review" | "payment" | "cancelled" | "api_access_off" | "not_eligible" | "suspended";
        ListSubscriptionsReply: {
            items: components["schemas"]["Subscription"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        GetTestDataReply: {
            items: components["schemas"]["TestDatum"][];
        };
        TestDatum: {
            /** @example direct_bill */
            type: string;
            /** @example Integration */
            name: string;
            /** @example Orders and their lines. */
            description: string;
            /** @example example */
            value: string;
        };
        GetTimelineReply: {
            items: components["schemas"]["TimelineItem"][];
        };
        TimelineItem: {
            /** @example example */
            action: string;
            /** @example Your company */
            title: string;
            from: components["schemas"]["Phase"] | null;
            to: components["schemas"]["Phase"];
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            at: string;
            by: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
            /** @example Handle the rate limit, please. */
            notes: string | null;
            /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
            submissionId: string | null;
        };
        ListSubmissionsReply: {
            items: components["schemas"]["OwnSubmission"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        OwnSubmission: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            submissionId: string;
            /** @example 1 */
            number: number;
            state: components["schemas"]["SubmissionState"];
            /** @example 1 */
            formVersion: number | null;
            answers: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            submittedAt: string;
            submittedBy: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
            decision: {
                state: components["schemas"]["SubmissionState"];
                /**
                 * Format: date-time
                 * @example 2026-11-22T09:30:00.000Z
                 */
                at: string;
                by: {
                    /**
                     * @example person
                     * @enum {string}
                     */
                    kind: "person" | "staff" | "system";
                    /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                    id: string | null;
                    /** @example Ada Lovelace */
                    displayName: string;
                };
                /** @example Handle the rate limit, please. */
                notes: string | null;
                items: components["schemas"]["ShownChangeItem"][];
            } | null;
        };
        /** @enum {string} */
        SubmissionState: "pending" | "approved" | "rejected" | "changes_requested" | "withdrawn";
        Submitted: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            submissionId: string;
            /** @example 1 */
            number: number;
            state: components["schemas"]["SubmissionState"];
            /** @example 1 */
            formVersion: number | null;
            phase: components["schemas"]["Phase"];
            subscription: components["schemas"]["Subscription"];
        };
        Draft: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            version: string;
            answers: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** @example 1 */
            formVersion: number | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            savedAt: string;
            savedBy: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
        };
        ListReviewMessagesReply: {
            items: components["schemas"]["ReviewMessage"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        ReviewMessage: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example Switch on API access to make keys. */
            text: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            at: string;
            by: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
        };
        ShownKeyWithSecret: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example Integration */
            name: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment: "sandbox" | "production";
            /** @example app_sbx_0k3v9d2m7q4r8t1w5x6y0z */
            applicationId: string;
            /** @example example */
            maskedSecret: string;
            /** @example contoso.example */
            domain: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            subscriptionId: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            createdBy: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
            /** @example 2026-11-22T09:30:00.000Z */
            renewedAt: string | null;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt: string | null;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @default null
             * @example example
             */
            lastUsedAddress: string | null;
            state: components["schemas"]["KeyState"];
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            previousSecretUntil: string | null;
            /**
             * @default 0
             * @example 1
             */
            liveTokens: number;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            liveTokensUntil: string | null;
            /**
             * @default []
             * @example [
             *       "example"
             *     ]
             */
            allowedAddresses: string[];
            /** @example 2026-11-22T09:30:00.000Z */
            stoppedAt: string | null;
            /** @default null */
            stopReason: components["schemas"]["StopReason"] | null;
            /** @example example */
            applicationSecret: string | null;
            /** @example true */
            secretAlreadyShown: boolean;
            /** @example example */
            warning: string;
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            tokenUrl: string;
        };
        /** @enum {string} */
        KeyState: "active" | "stopped" | "expired";
        /** @enum {string} */
        StopReason: "cancelled" | "payment";
        ShownKeys: {
            items: components["schemas"]["ShownKey"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
            slots: {
                /** @example 1 */
                used: number;
                /** @example 1 */
                limit: number;
            };
        };
        ShownKey: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example Integration */
            name: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment: "sandbox" | "production";
            /** @example app_sbx_0k3v9d2m7q4r8t1w5x6y0z */
            applicationId: string;
            /** @example example */
            maskedSecret: string;
            /** @example contoso.example */
            domain: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            subscriptionId: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            createdBy: {
                /**
                 * @example person
                 * @enum {string}
                 */
                kind: "person" | "staff" | "system";
                /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
                id: string | null;
                /** @example Ada Lovelace */
                displayName: string;
            };
            /** @example 2026-11-22T09:30:00.000Z */
            renewedAt: string | null;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt: string | null;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @default null
             * @example example
             */
            lastUsedAddress: string | null;
            state: components["schemas"]["KeyState"];
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            previousSecretUntil: string | null;
            /**
             * @default 0
             * @example 1
             */
            liveTokens: number;
            /**
             * @default null
             * @example 2026-11-22T09:30:00.000Z
             */
            liveTokensUntil: string | null;
            /**
             * @default []
             * @example [
             *       "example"
             *     ]
             */
            allowedAddresses: string[];
            /** @example 2026-11-22T09:30:00.000Z */
            stoppedAt: string | null;
            /** @default null */
            stopReason: components["schemas"]["StopReason"] | null;
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            tokenUrl: string;
        };
        SessionToken: {
            /** @example example */
            accessToken: string;
            /**
             * @example Bearer
             * @constant
             */
            tokenType: "Bearer";
            /** @example 7200 */
            expiresIn: number;
        };
        ListMilestonesReply: {
            items: {
                milestone: components["schemas"]["Milestone"];
                /** @example 2026-11-22T09:30:00.000Z */
                reachedAt: string | null;
                /** @example example */
                requestId: string | null;
            }[];
        };
        /** @enum {string} */
        Milestone: "registered" | "verified" | "sandbox_ready" | "sandbox_key" | "sandbox_token" | "sandbox_call" | "webhook" | "submitted" | "approved" | "production_key" | "production_token" | "production_call";
        ListMessagesReply: {
            items: components["schemas"]["Message"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
            /** @example 1 */
            unread: number;
        };
        Message: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example direct_bill */
            type: string;
            /** @example Your company */
            title: string;
            /** @example Switch on API access to make keys. */
            text: string;
            /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
            subscriptionId: string | null;
            /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
            keyId: string | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            occurredAt: string;
            /** @example 2026-11-22T09:30:00.000Z */
            readAt: string | null;
        };
        MarkAllReadReply: {
            /** @example 1 */
            unread: number;
        };
        ListPreferencesReply: {
            items: components["schemas"]["Preference"][];
            lastMail: {
                state: components["schemas"]["MailState"];
                /** @example example */
                to: string | null;
                /** @example example */
                reason: string | null;
                /**
                 * Format: date-time
                 * @example 2026-11-22T09:30:00.000Z
                 */
                createdAt: string;
            } | null;
        };
        Preference: {
            channel: components["schemas"]["Channel"];
            kind: components["schemas"]["NewsKind"];
            /** @example true */
            enabled: boolean;
            /** @example true */
            essential: boolean;
        };
        /** @enum {string} */
        Channel: "email";
        /** @enum {string} */
        NewsKind: "security" | "account" | "outcomes" | "progress" | "keys" | "webhooks";
        /** @enum {string} */
        MailState: "waiting" | "sent" | "bounced" | "failed" | "kept" | "dropped";
        CreateWebhookReply: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
            partnerId: string | null;
            /** @example example */
            url: string;
            /** @example Orders and their lines. */
            description: string;
            /**
             * @example [
             *       "example"
             *     ]
             */
            events: string[] | null;
            /** @example true */
            enabled: boolean;
            /** @example owner */
            disabledReason: ("owner" | "gone" | "failing") | null;
            /** @example 2026-11-22T09:30:00.000Z */
            failingSince: string | null;
            /** @example 2026-11-22T09:30:00.000Z */
            previousSecretUntil: string | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /** @example example */
            secret: string | null;
            /** @example true */
            secretAlreadyShown: boolean;
            /** @example example */
            warning: string;
        };
        ListWebhooksReply: {
            items: components["schemas"]["Webhook"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        Webhook: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90 */
            partnerId: string | null;
            /** @example example */
            url: string;
            /** @example Orders and their lines. */
            description: string;
            /**
             * @example [
             *       "example"
             *     ]
             */
            events: string[] | null;
            /** @example true */
            enabled: boolean;
            /** @example owner */
            disabledReason: ("owner" | "gone" | "failing") | null;
            /** @example 2026-11-22T09:30:00.000Z */
            failingSince: string | null;
            /** @example 2026-11-22T09:30:00.000Z */
            previousSecretUntil: string | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
        };
        Delivery: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            eventId: string;
            /** @example direct_bill */
            type: string;
            state: components["schemas"]["DeliveryState"];
            /** @example 1 */
            attempts: number;
            /** @example 1 */
            lastStatus: number | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /** @example 2026-11-22T09:30:00.000Z */
            nextAttemptAt: string | null;
        };
        /** @enum {string} */
        DeliveryState: "waiting" | "delivered" | "failed" | "ended";
        ListDeliveriesReply: {
            items: components["schemas"]["Delivery"][];
            /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
            nextCursor: string | null;
        };
        GetDeliveryReply: {
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            eventId: string;
            /** @example direct_bill */
            type: string;
            state: components["schemas"]["DeliveryState"];
            /** @example 1 */
            attempts: number;
            /** @example 1 */
            lastStatus: number | null;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            createdAt: string;
            /** @example 2026-11-22T09:30:00.000Z */
            nextAttemptAt: string | null;
            /** @example example */
            body: string;
            log: components["schemas"]["DeliveryAttempt"][];
        };
        DeliveryAttempt: {
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            at: string;
            /** @example 1 */
            status: number | null;
            /** @example 1 */
            latencyMs: number;
            /** @example example */
            excerpt: string | null;
            /** @example example */
            error: string | null;
        };
        ReplayDeliveriesReply: {
            /** @example 1 */
            replayed: number;
            /** @example true */
            more: boolean;
        };
        ListEventsReply: {
            items: components["schemas"]["PublicCloudEvent"][];
            /** @example 1 */
            nextCursor: number;
            /** @example true */
            more: boolean;
        };
        PublicCloudEvent: {
            /**
             * @example 1.0
             * @constant
             */
            specversion: "1.0";
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            id: string;
            /** @example example */
            source: string;
            /** @example direct_bill */
            type: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            time: string;
            /**
             * @example application/json
             * @constant
             */
            datacontenttype: "application/json";
            /** @example 1 */
            cursor: number;
            data: {
                [key: string]: string | number | boolean | null;
            };
        };
        PublicEventType: {
            /** @example direct_bill */
            type: string;
            /** @example example */
            when: string;
            /**
             * @example [
             *       "sandbox"
             *     ]
             */
            environments: ("sandbox" | "production")[];
            /** @example true */
            webhookFilter: boolean;
            schema: {
                [key: string]: unknown;
            };
        };
        OAuthToken: {
            /** @example example */
            access_token: string;
            /**
             * @example Bearer
             * @constant
             */
            token_type: "Bearer";
            /** @example 1 */
            expires_in: number;
            /**
             * @example
             * @constant
             */
            scope?: "";
        };
        OAuthError: {
            /** @example example */
            error: string;
            /** @example example */
            error_description: string;
            /** @example 123456 */
            code: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment?: "sandbox" | "production";
            /**
             * @example [
             *       "example"
             *     ]
             */
            reasons?: string[];
            stopReason?: components["schemas"]["StopReason"];
            /**
             * @example true
             * @constant
             */
            expired?: true;
            /** @example example */
            address?: string | null;
        };
        GetPublicKeysReply: {
            keys: components["schemas"]["PublicKey"][];
        };
        PublicKey: {
            /** @example example */
            kid: string;
            /** @example example */
            kty: string;
            /** @example example */
            crv: string;
            /** @example example */
            x: string;
            /** @example example */
            y: string;
            /**
             * @example sig
             * @constant
             */
            use: "sig";
            /**
             * @example ES256
             * @constant
             */
            alg: "ES256";
        };
        EqpToken: {
            /** @example example */
            mage_id: string;
            /** @example example */
            ust: string;
            /** @example 1 */
            expires_in: number;
        };
        EqpError: {
            /** @example 123456 */
            code: string;
            /** @example example */
            message: string;
            /**
             * @example sandbox
             * @enum {string}
             */
            environment?: "sandbox" | "production";
            /**
             * @example [
             *       "example"
             *     ]
             */
            reasons?: string[];
            stopReason?: components["schemas"]["StopReason"];
            /**
             * @example true
             * @constant
             */
            expired?: true;
            /** @example example */
            address?: string | null;
        };
        AuthorizationServerMetadata: {
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            issuer: string;
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            token_endpoint: string;
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            jwks_uri: string;
            /**
             * @example [
             *       "example"
             *     ]
             */
            grant_types_supported: string[];
            /**
             * @example [
             *       "example"
             *     ]
             */
            response_types_supported: string[];
            /**
             * @example [
             *       "example"
             *     ]
             */
            token_endpoint_auth_methods_supported: string[];
            /**
             * Format: uri
             * @example https://api.contoso.example/
             */
            service_documentation: string;
            /**
             * @example [
             *       "example"
             *     ]
             */
            subject_types_supported: string[];
            /**
             * @example [
             *       "example"
             *     ]
             */
            id_token_signing_alg_values_supported: string[];
        };
        TokenOwner: {
            /**
             * @example sandbox
             * @enum {string}
             */
            environment: "sandbox" | "production";
            /** @example app_sbx_0k3v9d2m7q4r8t1w5x6y0z */
            applicationId: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            partnerId: string;
            /**
             * Format: uuid
             * @example 0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90
             */
            subscriptionId: string;
            /**
             * Format: date-time
             * @example 2026-11-22T09:30:00.000Z
             */
            expiresAt: string;
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
    registerPartner: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisterPartnerReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSessionsReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetRequest"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetPasswordReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Acceptance"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptInvitationReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Verification"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerifyEmailReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAccount: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setApiAccess: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiAccess"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeAccountTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndOtherSessionsReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeSetup: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyAcceptance"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDomainVerification: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainVerification"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verifyDomain: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DomainVerification"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPeople: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListPeopleReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccountPerson"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inviteAgain: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Person"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOwnPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPerson"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateOwnPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OwnPersonChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPerson"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeEmail: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPerson"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestEmailVerification: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPerson"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSandbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetSandboxReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    requestSandbox: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SandboxRequest"];
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestSandboxReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSandboxPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetSandboxPolicyReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProvider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Provider"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProviderPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As it was shown: `1`, or `slipway-1`. */
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderPolicy"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProviderLogo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/jpeg": string;
                    "image/webp": string;
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicProducts"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicProduct"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
                /** @description `running`: not cancelled; `cancelled`: whatever is, of which `restorable` can still be restored and `ended` no more; `current`: running or restorable; `all` leaves none out. */
                state?: "current" | "running" | "cancelled" | "restorable" | "ended" | "all";
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSubscriptionsReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubscription"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSubscription: {
        parameters: {
            query?: {
                /** @description `false`: the live session tokens of its keys live until they expire. */
                revokeTokens?: "true" | "false";
            };
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelInProduction: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Cancellation"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTestData: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetTestDataReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getForm: {
        parameters: {
            query?: {
                /** @description Left out: the version in force. */
                version?: number;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Form"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTimeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetTimelineReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSubmissions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSubmissionsReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitForReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Submission"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Submitted"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    nudgeReview: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftInput"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReviewMessages: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListReviewMessagesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendReviewMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewMessage"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewMessage"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdrawSubmission: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
                subscriptionId?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKeys"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKeyWithSecret"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKey"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteKey: {
        parameters: {
            query?: {
                /** @description `true`: end the live session tokens of the key, too. */
                revokeTokens?: "true" | "false";
            };
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Renewal"];
            };
        };
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renameKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyName"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKey"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setKeyExpiry: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyExpiry"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKey"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setAllowedAddresses: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AllowedAddresses"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKey"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    regenerateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Renewal"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKeyWithSecret"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rotation"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShownKeyWithSecret"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    issueOwnToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionToken"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKeyTokens: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMilestones: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListMilestonesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListMessagesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markAllRead: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadMarks"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MarkAllReadReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    markRead: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadMark"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPreferences: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListPreferencesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    setPreference: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                channel: "email";
                kind: "security" | "account" | "outcomes" | "progress" | "keys" | "webhooks";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Choice"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preference"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListWebhooksReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateWebhookReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            204: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChange"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateWebhookReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
                state?: "waiting" | "delivered" | "failed" | "ended";
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListDeliveriesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetDeliveryReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replayDeliveries: {
        parameters: {
            query?: never;
            header?: {
                /** @description A repetition under the same key is given the same reply, and has no further effect. */
                "Idempotency-Key"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveriesAgain"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDeliveriesReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the reply before. Without it: from the oldest that is kept. */
                after?: number;
                limit?: number;
                /** @description Seconds to wait where there is nothing yet. */
                wait?: number;
            };
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListEventsReply"];
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["PublicEventType"][];
                        /** @example MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followEvents: {
        parameters: {
            query?: {
                /** @description A cursor to go on from, where there is no `Last-Event-ID`. Without either: from now on. */
                after?: number;
            };
            header?: {
                /** @description The `id` of the last event that was read: the stream goes on behind it. */
                "Last-Event-ID"?: string;
                /** @description The ID of the account that is meant, where the cookies of two are sent. */
                "Slipway-Account"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each event is a CloudEvent in JSON, and its `id` the cursor. A line with an `id` alone comes every ten seconds. The stream ends with its session, and when a copy of the gateway ends: connect again with `Last-Event-ID`. */
            200: {
                headers: {
                    /** @description Requests a minute from one address. */
                    "RateLimit-Limit"?: number;
                    /** @description How many of them are left. */
                    "RateLimit-Remaining"?: number;
                    /** @description Seconds until all are there again. */
                    "RateLimit-Reset"?: number;
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description RFC 9457 problem details. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
