/** The simulated services, each with a control of its own. */
export const ROOMS = ['whatsapp', 'telegram', 'max', 'telegram_bot', 'chat', 'notes'];

const path = (room) => `/__sim/${room}`;

/** The simulator's own view of each room, or null where no simulator answers. */
export const look = async (rooms, signal) => {
  const views = await Promise.all(rooms.map(async (room) => {
    const response = await fetch(path(room), { headers: { accept: 'application/json' }, cache: 'no-store', signal });
    // A server for single-page apps answers an unknown path with its start page.
    const json = response.headers.get('content-type')?.includes('json');
    return response.ok && json ? response.json() : null;
  }));
  return views.includes(null) ? null : views;
};

/** Gives a room a command, and returns its view after that.
 * @param {string} room
 * @param {string} word one of the control API's `do` words
 * @param {object} details what else the control takes with it, `ms` for instance */
export const tell = async (room, word, details, signal) => {
  const response = await fetch(path(room), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ do: word, ...details }),
    signal,
  });
  if (!response.ok) throw new Error(`${room} ${word}: HTTP ${response.status}`);
  return response.json();
};
