import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { notifications } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import type { EdgeRequest } from '../access/caller.guard';
import { Field } from '../fields';
import { problemResponse } from '../openapi/problem-response';
import { WholeInQuery } from '../page-query';

const rules = notifications.listEvents.request.shape;

/** Proxies on the way give up sooner than later. */
const waitSecondsMax = 50;

export class FeedQuery {
  @WholeInQuery()
  @Field(rules.after, { description: '`nextCursor` of the reply before. Without it: from the oldest that is kept.' })
  after?: number;

  @WholeInQuery()
  @Field(rules.limit)
  limit?: number;

  @WholeInQuery()
  @Field(z.int().min(0).max(waitSecondsMax).default(0), {
    description: 'Seconds to wait where there is nothing yet.',
  })
  wait?: number;
}

export const pageOfFeed = ({ after, limit = 50, wait = 0 }: FeedQuery) => ({ after, limit, waitSeconds: wait });

export class StreamQuery {
  @WholeInQuery()
  @Field(rules.after, {
    description: 'A cursor to go on from, where there is no `Last-Event-ID`. Without either: from now on.',
  })
  after?: number;
}

/** A browser says at which event it stopped, and whoever begins says so in the query. @throws invalid_request */
export function cursorOfStream(request: EdgeRequest, { after }: StreamQuery): number | undefined {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return after;
  const cursor = rules.after.safeParse(/^\d{1,16}$/.test(String(given)) ? Number(given) : given);
  if (cursor.success) return cursor.data;
  throw new SlipwayError('invalid_request', 'The header Last-Event-ID is no cursor that was given out.');
}

/** Server-sent events, as WHATWG HTML 9.2 has them. */
export const RespondsWithEvents = () =>
  applyDecorators(
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: 'The `id` of the last event that was read: the stream goes on behind it.',
      schema: { type: 'string', pattern: '^\\d{1,16}$', examples: ['17'] },
    }),
    ApiResponse({
      status: 200,
      description:
        'Each event is a CloudEvent in JSON, and its `id` the cursor. A line with an `id` alone comes every ten seconds. ' +
        'The stream ends with its session, and when a copy of the gateway ends: connect again with `Last-Event-ID`.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    }),
    ApiResponse(problemResponse(429, ['too_many_followers'])),
  );
