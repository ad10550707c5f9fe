/** RFC 9457, with our members. Stands once in each document, under the name `Problem`. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string', examples: ['urn:slipway:error:invalid_request'] },
    title: { type: 'string', examples: ['Invalid request'] },
    status: { type: 'integer', examples: [400] },
    detail: { type: 'string', examples: ['The request is not valid.'] },
    code: { type: 'string', description: 'Stable; clients may switch on it.', examples: ['invalid_request'] },
    reasons: {
      type: 'array',
      description: 'Where there may be more than one: all of them, such as what keeps production locked.',
      items: { type: 'string', examples: ['review'] },
    },
    stopReason: {
      type: 'string',
      description: 'Of `identity.key_stopped`: `cancelled`, or `payment`.',
      examples: ['cancelled'],
    },
    address: {
      type: 'string',
      description: 'Of `address_not_allowed`: where the call was seen to come from.',
      examples: ['203.0.113.7'],
    },
    draft: {
      type: ['object', 'null'],
      description:
        'Of `subscriptions.draft_changed`: what was saved by somebody else, by whom and when; null: there is none any more.',
    },
    traceId: { type: 'string', examples: ['4bf92f3577b34da6a3ce929d0e0e4736'] },
    errors: {
      type: 'array',
      description: 'What is wrong with which field.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'A JSON Pointer.', examples: ['/name'] },
          detail: { type: 'string', examples: ['This is missing.'] },
        },
      },
    },
  },
} as const;
