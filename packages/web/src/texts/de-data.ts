export const deData = {};
