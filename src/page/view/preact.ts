export { createContext, render, type ComponentChildren } from 'preact';
export { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
