export { createContext, render, type ComponentChildren, type InputHTMLAttributes } from 'preact';
export { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';
