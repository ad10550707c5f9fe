import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { apps, edges, services, sites, type App } from '#libs/contracts';
import { checkout, textOf } from '../support/checkout';

const isService = (app: App): boolean => services.some((service) => service === app);
const roomsOfServices = ['use-cases', 'event-handlers', 'workflows', 'domain', 'views', 'storage'];
/** Rooms in which each thing has a folder of its own. */
const roomsOfFolders = ['use-cases', 'event-handlers'];

const chapter = /^## Inside an app$([^]*?)^## /m.exec(textOf('docs', 'architecture.md'))?.[1] ?? '';
/** Of the table: each room, and the apps that have it. */
const rowsOfOwnRooms = [...chapter.matchAll(/^\| `([\w-]+)\/` +\| ([\w, ]+?) +\|/gm)].map(
  ([, room = '', inApps = '']) => ({ room, apps: inApps.split(', ') }),
);
const ownRoomsOf = (app: App) => rowsOfOwnRooms.filter((row) => row.apps.includes(app)).map(({ room }) => room);

const inside = (...path: string[]) => readdirSync(join(checkout, 'apps', ...path), { withFileTypes: true });
const namesOf = (entries: { name: string }[]) => entries.map(({ name }) => name).sort();

/** docs/architecture.md, "Inside an app": where a newcomer finds a thing, and where the import rules see it. */
describe('the rooms of an app', () => {
  it.each(apps)('%s has three files, and everything else in a room', (app) => {
    const files = inside(app, 'src').filter((entry) => !entry.isDirectory());
    expect(namesOf(files)).toEqual([`${app}.module.ts`, 'config.ts', 'main.ts'].sort());
  });

  it.each(apps)('%s has no room that the picture does not show', (app) => {
    const rooms = namesOf(inside(app, 'src').filter((entry) => entry.isDirectory()));
    const known = [...(isService(app) ? roomsOfServices : []), ...ownRoomsOf(app)];
    expect(rooms.filter((room) => !known.includes(room))).toEqual([]);
  });

  it('the picture shows the rooms of all services, and no room that nobody has', () => {
    expect(roomsOfServices.filter((room) => !chapter.includes(`\n  ${room}/`))).toEqual([]);
    const empty = rowsOfOwnRooms.flatMap((row) =>
      row.apps.filter((app) => !inside(app, 'src').some(({ name }) => name === row.room)),
    );
    expect(empty).toEqual([]);
    expect(edges.filter((edge) => ownRoomsOf(edge).length === 0)).toEqual([]);
  });

  it.each(sites.map(({ name }) => name))('%s, a site, has its four rooms and a folder for each screen', (site) => {
    const rooms = namesOf(inside(site, 'src').filter((entry) => entry.isDirectory()));
    expect(rooms).toEqual(['frame', 'screens', 'session', 'text']);
    const folders = inside(site, 'src', 'screens').filter((entry) => entry.isDirectory());
    const without = folders.filter(
      ({ name }) => !inside(site, 'src', 'screens', name).some((file) => file.name.endsWith('.screen.tsx')),
    );
    expect(namesOf(without)).toEqual([]);
  });

  it.each(services)('%s has a folder for each use case and each event handler', (service) => {
    const rooms = namesOf(inside(service, 'src')).filter((room) => roomsOfFolders.includes(room));
    const loose = rooms.flatMap((room) => inside(service, 'src', room).filter((entry) => !entry.isDirectory()));
    expect(namesOf(loose)).toEqual([]);
  });
});
