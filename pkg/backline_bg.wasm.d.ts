/* tslint:disable */
/* eslint-disable */
export const memory: WebAssembly.Memory;
export const __wbg_backline_free: (a: number, b: number) => void;
export const backline_dialpadView: (a: number) => [number, number, number];
export const backline_handle: (a: number, b: number, c: any) => [number, number, number, number];
export const backline_new: () => number;
export const backline_nextDeadline: (a: number) => [number, number];
export const performHttp: (a: any, b: number, c: number) => any;
export const wasm_bindgen__convert__closures_____invoke__h19bdaa6738d82ae4: (a: number, b: number, c: any, d: any) => void;
export const wasm_bindgen__convert__closures_____invoke__h2a3099ec6d2740d7: (a: number, b: number, c: any) => [number, number];
export const __wbindgen_malloc: (a: number, b: number) => number;
export const __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
export const __wbindgen_free: (a: number, b: number, c: number) => void;
export const __wbindgen_exn_store: (a: number) => void;
export const __externref_table_alloc: () => number;
export const __wbindgen_externrefs: WebAssembly.Table;
export const __wbindgen_destroy_closure: (a: number, b: number) => void;
export const __externref_table_dealloc: (a: number) => void;
export const __externref_drop_slice: (a: number, b: number) => void;
export const __wbindgen_start: () => void;
