package io.limpet.rig.internal.hand;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.cli.Limpet;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that the rig which is up carries out. */
abstract class AskingCommand implements Callable<Integer> {
  @ParentCommand private @Nullable RigCommand rig;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public final Integer call() throws ControlException {
    if (rig == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    answered(rig.folder().ask(spec.name(), args()));
    spec.commandLine().getOut().println(done());
    return Limpet.OK;
  }

  /** What the rig is to know beyond the command's name. */
  Map<String, Object> args() {
    return Map.of();
  }

  /** Looks at what the rig has answered. */
  void answered(JsonNode result) {
    assert !result.isMissingNode();
  }

  /** What a person is told when it is done. */
  abstract String done();
}
