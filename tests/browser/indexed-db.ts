/**
 * A script for a page, in text, since this side knows no DOM: something is done with what a database of the page keeps.
 *
 * @param body of a function of `files`, its object store, and `done`, which makes a promise of a request
 */
export function inStorage(database: string, body: string): string {
  return `(async () => {
    const done = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const database = await done(indexedDB.open(${JSON.stringify(database)}));
    const files = database.transaction('files', 'readwrite').objectStore('files');
    const result = await (async () => { ${body} })();
    database.close();
    return result;
  })()`;
}
