package dev.zws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public API of the classes in a folder, as text: a line a type, and below it a line a member, in an order that does not change. */
final class PublicApi {
    private static final String PROVISIONAL = "@Provisional ";

    private PublicApi() {}

    static String of(Path classes, String packageName) throws IOException {
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> load(packageName + "." + name.substring(0, name.length() - ".class".length())))
                    .filter(PublicApi::isPublic)
                    .sorted((a, b) -> a.getName().compareTo(b.getName()))
                    .map(PublicApi::describe)
                    .collect(Collectors.joining("\n"));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
            if (!isVisible(each.getModifiers()) || each.isAnonymousClass() || each.isLocalClass()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String describe(Class<?> type) {
        List<String> members = new ArrayList<>();
        for (Field field : visible(type.getDeclaredFields())) {
            if (!field.isEnumConstant()) {
                members.add(described(field, name(field.getAnnotatedType()) + " " + field.getName()));
            }
        }
        for (Constructor<?> constructor : visible(type.getDeclaredConstructors())) {
            members.add(described(constructor, type.getSimpleName() + parameters(constructor)));
        }
        for (Method method : visible(type.getDeclaredMethods())) {
            members.add(described(
                    method,
                    variables(method.getTypeParameters()) + name(method.getAnnotatedReturnType()) + " "
                            + method.getName() + parameters(method)));
        }
        members.sort(null);
        return header(type) + "\n"
                + members.stream().map(member -> "    " + member + "\n").collect(Collectors.joining());
    }

    private static <T extends Member> List<T> visible(T[] members) {
        return Arrays.stream(members)
                .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
                .toList();
    }

    private static String header(Class<?> type) {
        StringBuilder header = new StringBuilder(mark(type));
        int implied = Modifier.INTERFACE | Modifier.ABSTRACT | Modifier.STATIC;
        if (type.isEnum() || type.isRecord()) {
            implied |= Modifier.FINAL;
        }
        header.append(modifiers(type.getModifiers() & ~implied));
        header.append(!type.isInterface() && Modifier.isAbstract(type.getModifiers()) ? "abstract " : "");
        header.append(type.isSealed() ? "sealed " : "");
        header.append(kind(type)).append(' ').append(type.getName());
        header.append(variables(type.getTypeParameters()).strip());
        if (type.isRecord()) {
            header.append(joined(type.getRecordComponents(), PublicApi::component, "(", ")"));
        }
        if (type.isEnum()) {
            header.append(joined(type.getEnumConstants(), Object::toString, " {", "}"));
        }
        Type parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class && !type.isEnum() && !type.isRecord()) {
            header.append(" extends ").append(name(parent));
        }
        if (type.getGenericInterfaces().length > 0) {
            header.append(joined(type.getGenericInterfaces(), PublicApi::name, " implements ", ""));
        }
        if (type.isSealed()) {
            header.append(joined(type.getPermittedSubclasses(), Class::getSimpleName, " permits ", ""));
        }
        return header.toString();
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        if (type.isInterface()) {
            return "interface";
        }
        return type.isRecord() ? "record" : type.isEnum() ? "enum" : "class";
    }

    private static String component(RecordComponent component) {
        return name(component.getAnnotatedType()) + " " + component.getName();
    }

    private static <M extends AnnotatedElement & Member> String described(M member, String what) {
        return mark(member) + modifiers(member.getModifiers() & ~Modifier.TRANSIENT & ~Modifier.VOLATILE) + what;
    }

    private static String mark(AnnotatedElement element) {
        return element.isAnnotationPresent(Provisional.class) ? PROVISIONAL : "";
    }

    /** How a method works inside is no part of the API. */
    private static String modifiers(int modifiers) {
        String text = Modifier.toString(modifiers & ~Modifier.SYNCHRONIZED & ~Modifier.NATIVE & ~Modifier.STRICT);
        return text.isEmpty() ? "" : text + " ";
    }

    private static String parameters(Executable executable) {
        String parameters = joined(executable.getAnnotatedParameterTypes(), PublicApi::name, "(", ")");
        Type[] thrown = executable.getGenericExceptionTypes();
        return thrown.length == 0 ? parameters : parameters + joined(thrown, PublicApi::name, " throws ", "");
    }

    private static String variables(TypeVariable<?>[] variables) {
        return variables.length == 0 ? "" : joined(variables, PublicApi::variable, "<", "> ");
    }

    private static String variable(TypeVariable<?> variable) {
        Type[] bounds = variable.getBounds();
        return bounds.length == 1 && bounds[0] == Object.class
                ? variable.getName()
                : variable.getName() + joined(bounds, PublicApi::name, " extends ", "");
    }

    /** With a question mark for what may be null. */
    private static String name(AnnotatedType type) {
        return name(type.getType()) + (type.isAnnotationPresent(Nullable.class) ? "?" : "");
    }

    private static String name(Type type) {
        return type.getTypeName();
    }

    private static <T> String joined(T[] parts, Function<T, String> name, String before, String after) {
        return Arrays.stream(parts).map(name).collect(Collectors.joining(", ", before, after));
    }
}
