/** The form of an export's file: one JSON object, its messages a line each. */

export const EXPORT_FORMAT = 'orq-export/1';
