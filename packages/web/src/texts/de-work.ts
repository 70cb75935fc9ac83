export const deWork = {};
