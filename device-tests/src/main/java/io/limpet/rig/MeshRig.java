package io.limpet.rig;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a JUnit Jupiter test a rig of its own: a parameter of type {@link Rig} gets it, parameters
 * of type {@link RigDevice} get its devices in order. On a class it holds for each test method, on
 * a method for that one. The rig is closed after the test; if the test failed, its seed is printed.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(MeshRigExtension.class)
public @interface MeshRig {
  /** How many devices, if no names are given. */
  int devices() default 3;

  /** The devices' names. */
  String[] names() default {};

  /** Delay of every link in microseconds. */
  long delayMicros() default 1000;

  /** Probability of loss of every frame. */
  double loss() default 0;

  /** Rate of every link; 0: without limit. */
  long rateBitsPerSecond() default 0;

  /** Whether the devices share the channel. */
  Airtime airtime() default Airtime.PER_SENDER;

  /**
   * What chance follows from; 0: drawn. The system property {@code limpet.rig.seed} overrides it.
   */
  long seed() default 0;

  /**
   * Whether the test needs real kernels; where there are none it is then aborted with the reason,
   * not failed.
   */
  boolean kernel() default true;
}
