/** One stored object; without a value it is deleted. The scope is an instance's id, '' for instances. */
export type Change = [scope: string, collection: string, id: string, value?: unknown];
