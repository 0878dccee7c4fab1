/**
 * Returns the text of a script that works on a database of the page. It is text because the types of the tests do not
 * include the DOM.
 *
 * @param body function body; it can use the object store `files`, and `done`, which turns a request into a promise
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
