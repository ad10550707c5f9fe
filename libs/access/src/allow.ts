import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiSecurity } from '@nestjs/swagger';
import type { Permission, Question } from '#libs/contracts';

export const permissionKey = 'slipway:permission';

const words: Record<Permission, string> = {
  anyone: 'No sign-in.',
  person: 'Signed in.',
  developer: 'Role `developer` or `global_admin`.',
  global_admin: 'Role `global_admin`.',
  staff: 'Any staff role.',
  reviewer: 'Staff role `reviewer` or `admin`.',
  admin: 'Staff role `admin`.',
  member: 'Signed in.',
  service: 'Our own services.',
};

/**
 * Who may call a route: the permission of the question it asks. The guard reads it before the body is looked at, the
 * OpenAPI document tells it, and the service checks it again.
 */
export const Allow = (question: Question, summary: string) =>
  applyDecorators(
    SetMetadata(permissionKey, question.allow),
    ApiOperation({ summary, description: words[question.allow] }),
    ApiBearerAuth('session'),
  );

/** A route without sign-in. Every route declares one of the two, or the guard refuses it. */
export const AllowAnyone = (summary: string) =>
  applyDecorators(
    SetMetadata(permissionKey, 'anyone' satisfies Permission),
    ApiOperation({ summary, description: words.anyone }),
    ApiSecurity({}),
  );
