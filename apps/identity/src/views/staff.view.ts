import type { StaffMember } from '../storage/entities';

export const describeStaff = ({ id, email, displayName, role, active, createdAt }: StaffMember) => ({
  id,
  email,
  displayName,
  role,
  active,
  createdAt: createdAt.toISOString(),
});
